#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "cli/agree.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "cli/text_apply.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// Says what is wrong with the words given together; empty: nothing.
std::string contradiction(const Arguments& given) {
  const int meant =
      (given.has("FILE") ? 1 : 0) + (given.has("--undo") ? 1 : 0) + (given.has("--to") ? 1 : 0);
  if (meant != 1) return "which definition: say FILE, --undo or --to DEFINITION, one of them";
  if (given.has("--preview") && given.has("--yes")) {
    return "--preview: writes nothing, so --yes contradicts it; choose one";
  }
  if (given.has("--json") && !given.has("--yes") && !given.has("--preview")) {
    return "--json: a script cannot be asked; add --yes, or --preview to look alone";
  }
  return {};
}

/// Is `answer`'s field empty? Of an answer that makes no sense, std::nullopt.
std::optional<bool> lacks(const json& answer, const char* field) {
  const auto found = answer.find(field);
  if (found == answer.end() || !found->is_array()) return std::nullopt;
  return found->empty();
}

/// One run of the command: looks, asks the person, writes.
class Application {
 public:
  Application(const Arguments& given, World& world) : given_(given), world_(world) {}

  ExitCode run(json request);

 private:
  base::Result<json> ask(const json& request);
  ExitCode refuse(const base::Error& error);
  ExitCode show(const std::string& text);
  ExitCode write(json request, const json& seen);

  const Arguments& given_;
  World& world_;
  std::string last_;        // the answer that came last, as it came
  std::string controller_;  // who answered first: it writes what it has shown
};

base::Result<json> Application::ask(const json& request) {
  Place place = place_of(given_, world_);
  if (!controller_.empty()) place.at = controller_;
  const auto came = world_.ask(place, request.dump());
  if (!came) return base::fail(base::Errc::unavailable, came.error().message);
  last_ = *came;
  auto answer = read_answer(*came);
  if (!answer) return answer;
  const auto basis = answer->find("basis");
  if (basis != answer->end() && basis->is_string() && lacks(*answer, "changes") &&
      lacks(*answer, "cut_off")) {
    return answer;
  }
  return base::fail(base::Errc::damaged,
                    "the answer makes no sense to this program; compare `ringspan version` here "
                    "and there");
}

ExitCode Application::refuse(const base::Error& error) {
  if (given_.has("--json")) world_.out << error_json(error);
  return complain(world_, error);
}

/// The last answer with --json, otherwise `text`.
ExitCode Application::show(const std::string& text) {
  world_.out << (given_.has("--json") ? pretty(last_) : text);
  world_.out.flush();
  return ExitCode::well;
}

ExitCode Application::write(json request, const json& seen) {
  if (!seen.at("cut_off").empty() && !given_.has("--force")) {
    return complain(world_, ExitCode::not_well,
                    fmt::format("{} would be cut off; nothing was written; keep their way, or add "
                                "--force",
                                counted(seen.at("cut_off").size(), "member")));
  }
  controller_ = seen.at("controller").get<std::string>();
  const Question question{"Write it at " + controller_ + "?", "nothing was written", "write it"};
  if (const auto code = without_consent(given_, world_, question)) return *code;
  request["expect"] = seen.at("basis");
  request["force"] = given_.has("--force");
  const auto written = ask(request);
  if (!written) return refuse(written.error());
  return show(written_definition_text(*written));
}

ExitCode Application::run(json request) {
  json look = request;
  look["preview"] = true;
  const auto seen = ask(look);
  if (!seen) return refuse(seen.error());
  if (seen->at("changes").empty()) return show(written_definition_text(*seen));
  const bool preview = given_.has("--preview");
  if (preview || !given_.has("--json")) show(difference_text(*seen, world_));
  return preview ? ExitCode::well : write(std::move(request), *seen);
}

ExitCode run(const Arguments& given, World& world) {
  const auto wrong = contradiction(given);
  if (!wrong.empty()) return complain(world, ExitCode::usage, wrong);
  json request{{"ask", "apply"}};
  if (given.has("FILE")) {
    const auto file = given.text("FILE");
    const auto text = read_file(file);
    if (!text) return complain(world, text.error());
    const auto forest = sites::read_forest(*text, file);
    if (!forest) return complain(world, file, forest.error());
    request["forest"] = *text;
  } else if (given.has("--to")) {
    request["definition"] = given.text("--to");
  } else {
    request["undo"] = true;
  }
  try {
    return Application(given, world).run(std::move(request));
  } catch (const json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
}

}  // namespace

Command apply_command() {
  return {
      .name = "apply",
      .group = {},
      .summary = "Change the forest definition: show the difference, ask, write",
      .description =
          "Shows what changes in the definition, in connections, hops and cost, and who would be "
          "cut off, then asks. It is written at one controller as a whole; all follow. Members "
          "that would be cut off (removed, or on no path any more) make it refuse without "
          "--force. If somebody else applies meanwhile nothing is written. A part is known by "
          "its name, so another name makes another part, unless it bears the former's \"guid\". "
          "An exported definition changes nothing.",
      .arguments = {{.name = "FILE",
                     .value = {},
                     .help = "The whole definition, such as `ringspan export` writes",
                     .completes = Completes::file}},
      .options = asking({{.name = "--undo",
                          .value = {},
                          .help = "Instead of FILE: the definition before the present one"},
                         {.name = "--to",
                          .value = "DEFINITION",
                          .help = "Instead of FILE: one that `ringspan history` lists"},
                         {.name = "--yes", .value = {}, .help = "Write without asking"},
                         {.name = "--preview", .value = {}, .help = "Show the difference and end"},
                         {.name = "--force", .value = {}, .help = "Even if members are cut off"}}),
      .examples = {{"ringspan export forest.json && $EDITOR forest.json && ringspan apply "
                    "forest.json",
                    "Change a cost, see what that does, write it"},
                   {"ringspan apply forest.json --preview --json", "The difference, for a script"},
                   {"ringspan apply --undo --yes", "Back to the definition before"},
                   {"ringspan apply --to 3f2a90c1", "Back to this one"}},
      .endings = {{ExitCode::well, "Written, or nothing to change, or only a preview was wanted"},
                  {ExitCode::not_well,
                   "Refused, or not wanted by the person asked; nothing was written"},
                  {ExitCode::usage,
                   "The command line itself is wrong, or nobody could be asked and --yes is "
                   "missing"},
                  {ExitCode::could_not_ask,
                   "Nobody answered; where that happened after the question, look at `ringspan "
                   "history`"}},
      .run = run};
}

}  // namespace ringspan::cli
