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
#include "cli/text_roles.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// What does not fit together, a line each; empty: nothing.
std::vector<std::string> faults_of(const Arguments& given) {
  const auto action = given.text("ACTION");
  std::vector<std::string> faults;
  if ((action == "transfer" || action == "seize") && !given.has("ROLE")) {
    faults.push_back(fmt::format("ROLE: missing; write ringspan role {} ROLE", action));
  }
  if (action == "transfer" && !given.has("--to")) {
    faults.emplace_back("--to: missing; it names the controller that is to have the role");
  }
  if (action == "transfer" && given.has("--at")) {
    faults.emplace_back("--at: the controller of --to is asked; leave it out");
  }
  if (action != "transfer" && given.has("--to")) {
    faults.push_back(fmt::format("--to: is for transfer; {} takes none", action));
  }
  if (action == "seize" && !given.has("--at")) {
    faults.emplace_back("--at: missing; it names the controller that is to seize the role");
  }
  if (action == "seize") {
    if (auto fault = fault_of_unasked(given); !fault.empty()) faults.push_back(std::move(fault));
  } else if (given.has("--yes")) {
    faults.push_back(fmt::format("--yes: {} asks nothing", action));
  }
  if (action != "transfer" && action != "seize" && given.has("--why")) {
    faults.emplace_back("--why: is for transfer and seize");
  }
  if (action == "advise" && given.has("ROLE")) {
    faults.emplace_back("ROLE: advise weighs all of them; leave it out");
  }
  if (action == "advise" && given.has("--naming-context")) {
    faults.emplace_back("--naming-context: advise weighs all of them; leave it out");
  }
  if (action != "advise" && given.has("--lost")) {
    faults.push_back(fmt::format("--lost: is for advise; {} takes none", action));
  }
  return faults;
}

json request_of(const Arguments& given) {
  json request{{"ask", "role_" + given.text("ACTION")}};
  for (const auto& [option, field] :
       {std::pair("ROLE", "role"), std::pair("--naming-context", "naming_context"),
        std::pair("--why", "why"), std::pair("--lost", "lost")}) {
    if (given.has(option)) request[field] = given.text(option);
  }
  return request;
}

/// Says what is at stake and asks; what to end with where it is not wanted.
std::optional<ExitCode> without_seizure(const Arguments& given, World& world, const Place& place) {
  json request = request_of(given);
  request["preview"] = true;
  const auto came = world.ask(place, request.dump());
  const auto refuse = [&](const base::Error& error) {
    if (given.has("--json")) world.out << error_json(error);
    return complain(world, error);
  };
  if (!came) return refuse({base::Errc::unavailable, came.error().message});
  const auto seen = read_answer(*came);
  if (!seen) return refuse(seen.error());
  if (seen->at("would") == "nothing") return std::nullopt;
  world.err << stakes_text(*seen, world);
  const auto role = given.text("ROLE");
  return without_consent(
      given, world,
      {fmt::format("Seize {} at {}?", role, place.at), "nothing was seized", "seize it"});
}

ExitCode seize(const Arguments& given, World& world, const Place& place) {
  try {
    if (const auto code = without_seizure(given, world, place)) return *code;
  } catch (const json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
  return ask_and_print(given, world, place, request_of(given), role_changed_text);
}

ExitCode run(const Arguments& given, World& world) {
  const auto faults = faults_of(given);
  for (const auto& fault : faults)
    complain(world, ExitCode::usage, "role: " + fault);
  if (!faults.empty()) return ExitCode::usage;
  const auto action = given.text("ACTION");
  if (action == "history") {
    return ask_and_print(given, world, request_of(given), role_history_text);
  }
  if (action == "advise") return ask_and_print(given, world, request_of(given), role_advice_text);
  Place place = place_of(given, world);
  if (action == "seize") return seize(given, world, place);
  place.at = given.text("--to");
  return ask_and_print(given, world, place, request_of(given), role_changed_text);
}

}  // namespace

Command role_command() {
  return {
      .name = "role",
      .group = {},
      .summary = "Give a single-master role to another controller, seize it, who had it and should",
      .description =
          "transfer wants both alive: the owner gives the role up, durably, and then the other one "
          "takes it; if the answer is lost on the way nobody has it until the same is asked once "
          "more. seize is for an owner that is lost: it tries a transfer first, says what is at "
          "stake, and asks. An owner that returns learns from the first partner that it meets that "
          "it was replaced; nothing need be wiped. history lists every change with its epoch; the "
          "greatest epoch counts, wherever it is known. advise says where each role should live, "
          "by "
          "reach, cost and load; with --lost, who has the most of what a lost owner wrote.",
      .arguments = {{.name = "ACTION",
                     .value = {},
                     .help = "transfer, seize, history or advise",
                     .required = true,
                     .completes = Completes::choice,
                     .choices = {"transfer", "seize", "history", "advise"}},
                    {.name = "ROLE",
                     .value = {},
                     .help = "The role; history shows all without it, advise always does",
                     .completes = Completes::choice,
                     .choices = {"schema", "naming", "pdc", "rid", "infrastructure"}}},
      .options = asking({{.name = "--to",
                          .value = "NAME",
                          .help = "With transfer: the controller that is to have the role",
                          .completes = Completes::controller},
                         {.name = "--naming-context",
                          .value = "DN",
                          .help = "Of which domain or application context; otherwise the home "
                                  "domain of the controller that is asked"},
                         {.name = "--why", .value = "TEXT", .help = "The reason, for the history"},
                         {.name = "--lost",
                          .value = "NAME",
                          .help = "With advise: the controller that is lost",
                          .completes = Completes::controller},
                         {.name = "--yes", .value = {}, .help = "Seize without asking"}}),
      .examples = {{"ringspan role transfer rid --to bergen-1", "Both are alive"},
                   {"ringspan role transfer infrastructure --to nuuk-1 --naming-context "
                    "dc=apps,dc=corp,dc=example",
                    "That of an application context"},
                   {"ringspan role seize rid --at bergen-1", "Its owner is lost"},
                   {"ringspan role seize schema --at bergen-1 --why burnt --yes",
                    "From a script, with a reason"},
                   {"ringspan role history rid", "Who had it, since when and why"},
                   {"ringspan role advise --lost oslo-1", "Who should take what oslo-1 had"}},
      .endings = {{ExitCode::not_well,
                   "Refused, or not wanted by the person asked; nothing was changed"}},
      .run = run};
}

}  // namespace ringspan::cli
