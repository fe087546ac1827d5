#include "cli/definition_change.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <sstream>
#include <utility>

#include "cli/agree.hpp"
#include "cli/answer.hpp"
#include "cli/complain.hpp"
#include "cli/text_apply.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// Is `answer`'s field empty? Of an answer that makes no sense, std::nullopt.
std::optional<bool> lacks(const json& answer, const char* field) {
  const auto found = answer.find(field);
  if (found == answer.end() || !found->is_array()) return std::nullopt;
  return found->empty();
}

/// One run of the command: looks, asks the person, writes.
class Application {
 public:
  Application(const Arguments& given, World& world, const Place& place)
      : given_(given), world_(world), place_(place) {}

  ExitCode run(json request, const std::vector<std::string>& preferred);

 private:
  base::Result<json> ask(const json& request);
  base::Result<json> look(const json& request, const std::vector<std::string>& preferred);
  ExitCode refuse(const base::Error& error);
  ExitCode show(const std::string& text);
  ExitCode write(json request, const json& seen);

  const Arguments& given_;
  World& world_;
  Place place_;
  std::string last_;  // the answer that came last, as it came
};

base::Result<json> Application::ask(const json& request) {
  const auto came = world_.ask(place_, request.dump());
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

base::Result<json> Application::look(const json& request,
                                     const std::vector<std::string>& preferred) {
  if (!place_.at.empty() || preferred.empty()) return ask(request);
  base::Result<json> seen;
  for (const std::string& name : preferred) {
    place_.at = name;
    seen = ask(request);
    if (seen || seen.error().code != base::Errc::unavailable) break;
  }
  return seen;
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
  place_.at = seen.at("controller").get<std::string>();  // it writes what it has shown
  const Question question{"Write it at " + place_.at + "?", "nothing was written", "write it"};
  if (const auto code = without_consent(given_, world_, question)) return *code;
  request["expect"] = seen.at("basis");
  request["force"] = given_.has("--force");
  const auto written = ask(request);
  if (!written) return refuse(written.error());
  return show(written_definition_text(*written));
}

ExitCode Application::run(json request, const std::vector<std::string>& preferred) {
  json preview_only = request;
  preview_only["preview"] = true;
  const auto seen = look(preview_only, preferred);
  if (!seen) return refuse(seen.error());
  if (seen->at("changes").empty()) return show(written_definition_text(*seen));
  const bool preview = given_.has("--preview");
  if (preview || !given_.has("--json")) show(difference_text(*seen, world_));
  return preview ? ExitCode::well : write(std::move(request), *seen);
}

}  // namespace

ExitCode change_definition(const Arguments& given, World& world, const Place& place, json request,
                           const std::vector<std::string>& preferred) {
  try {
    return Application(given, world, place).run(std::move(request), preferred);
  } catch (const json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
}

std::vector<std::string> names_in(const Arguments& given, const char* option) {
  std::vector<std::string> names;
  for (const std::string& text : given.texts(option)) {
    std::istringstream list(text);
    for (std::string name; std::getline(list, name, ',');) {
      if (!name.empty()) names.push_back(name);
    }
  }
  return names;
}

std::vector<Parameter> changing(std::vector<Parameter> options) {
  options.push_back({.name = "--yes", .value = {}, .help = "Write without asking"});
  options.push_back({.name = "--preview", .value = {}, .help = "Show the difference and end"});
  options.push_back({.name = "--force", .value = {}, .help = "Even if members are cut off"});
  return asking(std::move(options));
}

std::vector<Ending> endings_of_change() {
  return {{ExitCode::well, "Written, or nothing to change, or only a preview was wanted"},
          {ExitCode::not_well, "Refused, or not wanted by the person asked; nothing was written"},
          {ExitCode::usage,
           "The command line itself is wrong, or nobody could be asked and --yes is "
           "missing"},
          {ExitCode::could_not_ask,
           "Nobody answered; where that happened after the question, look at `ringspan "
           "history`"}};
}

std::string contradiction_in_manner(const Arguments& given) {
  if (given.has("--preview") && given.has("--yes")) {
    return "--preview: writes nothing, so --yes contradicts it; choose one";
  }
  if (given.has("--json") && !given.has("--yes") && !given.has("--preview")) {
    return "--json: a script cannot be asked; add --yes, or --preview to look alone";
  }
  return {};
}

}  // namespace ringspan::cli
