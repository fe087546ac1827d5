#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/agree.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr base::Duration kStep = 2min;
constexpr int kPulls = 20;  // in a row, before a person is asked to look

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

/// What is at stake, a line each.
std::string preview_text(const json& seen) {
  std::string told = fmt::format("{} leaves the forest for good; {} sees to it.\n",
                                 text(seen, "retires"), text(seen, "controller"));
  for (const auto& role : seen.at("roles")) {
    told += fmt::format("  Its role {} of {} goes to {}.\n", text(role, "role"),
                        text(role, "naming_context"), text(role, "to"));
  }
  for (const auto& stake : seen.at("stakes"))
    told += "  " + printable(stake.get<std::string>()) + "\n";
  return told;
}

/// One run of the command: looks, asks the person, goes on step by step.
class Retirement {
 public:
  Retirement(const Arguments& given, World& world)
      : given_(given), world_(world), place_(place_of(given, world, kStep)) {
    request_ = {{"ask", "retire"}, {"controller", given.text("CONTROLLER")}};
    if (given.has("--to")) request_["to"] = given.text("--to");
  }

  ExitCode cancel() {
    request_["cancel"] = true;
    return take(ask(request_)) ? end() : failed_;
  }

  ExitCode run() {
    json preview = request_;
    preview["preview"] = true;
    if (!take(ask(preview))) return failed_;
    if (answer_.at("done").get<bool>()) return end();
    world_.err << preview_text(answer_);
    place_.at = answer_.at("controller").get<std::string>();
    request_["lost"] = !answer_.at("answers").get<bool>();
    const Question question{fmt::format("Retire {}?", text(answer_, "retires")),
                            "nothing was changed", "retire it"};
    if (const auto code = without_consent(given_, world_, question)) return *code;
    for (int pulls = 0; pulls < kPulls;) {
      if (!take(ask(request_))) return failed_;
      if (answer_.at("done").get<bool>()) return end();
      tell();
      pulls = answer_.at("step").at("what") == "pulled" ? pulls + 1 : 0;
    }
    return complain(world_, {base::Errc::unavailable,
                             fmt::format("{} goes on getting changes that nobody else has; look "
                                         "who writes there, and run it again",
                                         text(answer_, "retires"))});
  }

 private:
  base::Result<json> ask(const json& request) {
    const auto came = world_.ask(place_, request.dump());
    if (!came) return base::fail(base::Errc::unavailable, came.error().message);
    last_ = *came;
    return read_answer(*came);
  }

  /// False where there is no answer; what to end with is then in failed_.
  bool take(base::Result<json> answer) {
    if (answer) {
      answer_ = *std::move(answer);
      return true;
    }
    if (given_.has("--json")) world_.out << error_json(answer.error());
    failed_ = complain(world_, answer.error());
    return false;
  }

  void tell() {
    if (given_.has("--json")) return;
    world_.out << text(answer_.at("step"), "text") << "\n";
    world_.out.flush();
  }

  ExitCode end() {
    tell();
    if (given_.has("--json")) world_.out << pretty(last_);
    return ExitCode::well;
  }

  const Arguments& given_;
  World& world_;
  Place place_;
  json request_;
  json answer_;
  std::string last_;  // the answer that came last, as it came
  ExitCode failed_ = ExitCode::could_not_ask;
};

std::vector<std::string> faults_of(const Arguments& given) {
  std::vector<std::string> faults;
  if (given.has("--cancel")) {
    if (given.has("--to")) faults.emplace_back("--to: --cancel moves nothing; leave it out");
    if (given.has("--yes")) faults.emplace_back("--yes: --cancel asks nothing; leave it out");
  } else if (auto fault = fault_of_unasked(given); !fault.empty()) {
    faults.push_back(std::move(fault));
  }
  return faults;
}

ExitCode run(const Arguments& given, World& world) {
  if (const auto faults = faults_of(given); !faults.empty()) {
    return complain(world, ExitCode::usage, faults);
  }
  try {
    Retirement retirement(given, world);
    return given.has("--cancel") ? retirement.cancel() : retirement.run();
  } catch (const json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
}

}  // namespace

Command retire_command() {
  return {
      .name = "retire",
      .group = {},
      .summary = "Take a controller out of the forest for good, alive or lost",
      .description =
          "Says what is at stake and asks. Of a controller that answers nothing is lost: it takes "
          "no writes any more, another one pulls what it alone holds, its roles are handed over, "
          "and only then it is removed; it stops by itself. Of one that does not answer, what it "
          "wrote last may be lost, which is named, and its roles are seized by whoever has the "
          "most of it (ringspan role advise). What was interrupted goes on when it is run again, "
          "at any controller that stays. The last one that takes writes of a naming context "
          "cannot go. Whoever has gone cannot come back with its old certificate or data.",
      .arguments = {{.name = "CONTROLLER",
                     .value = {},
                     .help = "The controller that goes",
                     .required = true,
                     .completes = Completes::controller}},
      .options = asking({{.name = "--to",
                          .value = "NAME",
                          .help = "Who is to have all its roles; otherwise as role advise says",
                          .completes = Completes::controller},
                         {.name = "--cancel",
                          .value = {},
                          .help = "It stays after all, and takes writes again; roles that have "
                                  "moved stay where they are"},
                         {.name = "--yes", .value = {}, .help = "Retire it without asking"}}),
      .examples = {{"ringspan retire nuuk-1", "Whether it runs or burnt down"},
                   {"ringspan retire oslo-1 --to bergen-1", "All its roles go to bergen-1"},
                   {"ringspan retire nuuk-1 --yes --json", "From a script"},
                   {"ringspan retire nuuk-1 --cancel", "It was the wrong one, and runs still"}},
      .endings = {{ExitCode::well, "It has left the forest, now or before"},
                  {ExitCode::not_well,
                   "Refused, or not wanted by the person asked; run it again to go on"}},
      .run = run};
}

}  // namespace ringspan::cli
