#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/sync_all.hpp"
#include "cli/text_sync.hpp"

namespace ringspan::cli {
namespace {

/// What does not fit together; empty: it does.
std::vector<std::string> faults_of(const Arguments& given) {
  std::vector<std::string> faults;
  const bool one = given.has("--from") && given.has("--to");
  if (given.has("--all") && (given.has("--from") || given.has("--to") || given.has("--object"))) {
    faults.emplace_back("--all: is for the whole forest; leave out --from, --to and --object");
  } else if (!given.has("--all") && !one) {
    faults.emplace_back(
        "sync: from whom to whom is missing; give --from NAME and --to NAME, --from NAME and --to "
        "all, or --all");
  }
  if (one && given.text("--to") != "all" && !given.has("--object") && given.has("--at")) {
    faults.emplace_back("--at: --to says who is asked; leave it out");
  }
  if (given.has("--object") && given.has("--naming-context")) {
    faults.emplace_back("--naming-context: the object says which; leave it out");
  }
  if (given.has("--object") && given.has("--full")) {
    faults.emplace_back("--full: is for all objects; leave out --object");
  }
  return faults;
}

/// One pull of one controller: it is asked itself.
ExitCode pull(const Arguments& given, World& world) {
  auto place = place_of(given, world, kLongPatience);
  place.at = given.text("--to");
  nlohmann::json request{
      {"ask", "sync"}, {"from", given.text("--from")}, {"full", given.has("--full")}};
  if (given.has("--naming-context")) request["naming_context"] = given.text("--naming-context");
  return ask_and_print(given, world, place, request, sync_text);
}

ExitCode run(const Arguments& given, World& world) {
  if (const auto faults = faults_of(given); !faults.empty()) {
    return complain(world, ExitCode::usage, faults);
  }
  const bool spreads = given.has("--all") || given.has("--object") || given.text("--to") == "all";
  if (!spreads) return pull(given, world);
  nlohmann::json request{{"ask", "sync_all"}, {"full", given.has("--full")}};
  for (const auto& [option, field] :
       {std::pair("--from", "from"), std::pair("--to", "to"), std::pair("--object", "object"),
        std::pair("--naming-context", "naming_context")}) {
    if (given.has(option)) request[field] = given.text(option);
  }
  return sync_and_watch(given, world, request);
}

std::vector<Parameter> options() {
  return asking({{.name = "--all",
                  .value = {},
                  .help = "Over every connection, until every controller has what there is now"},
                 {.name = "--to",
                  .value = "NAME",
                  .help = "The controller that pulls; all: every one, hop by hop from --from",
                  .completes = Completes::controller},
                 {.name = "--from",
                  .value = "NAME",
                  .help = "The controller that is pulled from",
                  .completes = Completes::controller},
                 {.name = "--naming-context",
                  .value = "DN",
                  .help = "Only this one; otherwise all that both hold"},
                 {.name = "--object",
                  .value = "DN",
                  .help = "Until --to holds this object as it now is at --from, or later"},
                 {.name = "--full",
                  .value = {},
                  .help = "All objects again, as if nothing had come before"}});
}

}  // namespace

Command sync_command() {
  return {.name = "sync",
          .group = {},
          .summary = "Force replication now and show what came",
          .description =
              "From one controller to another it is one whole cycle in that direction, whatever "
              "the schedule and whether or not the topology has that connection. Through the "
              "forest it forces every connection, as often as it takes, until every controller "
              "that can be asked has what existed when the command began, and says for each hop "
              "how far it got. Who cannot be asked, or lacks something when --timeout (an hour) is "
              "over, is named. Ctrl-C stops it: what is under way comes to its end, and every "
              "replica stays whole.",
          .options = options(),
          .examples = {{"ringspan sync --to nuuk-1 --from oslo-1", "nuuk-1 catches up"},
                       {"ringspan sync --to nuuk-1 --from oslo-1 --full",
                        "All of it once more; nothing changes where nuuk-1 has it already"},
                       {"ringspan sync --to nuuk-1 --from oslo-1 --naming-context "
                        "dc=corp,dc=example --json",
                        "One naming context, for a script"},
                       {"ringspan sync --all", "Everyone has everything"},
                       {"ringspan sync --all --naming-context dc=corp,dc=example --timeout 5m",
                        "One naming context, for five minutes at most"},
                       {"ringspan sync --from oslo-1 --to all", "What oslo-1 has, everywhere"},
                       {"ringspan sync --object cn=alice,ou=people --from oslo-1 --to nuuk-1",
                        "Until nuuk-1 holds alice as oslo-1 does"}},
          .endings = {{ExitCode::well, "Every pull went through; everyone has what there was"},
                      {ExitCode::not_well,
                       "A pull failed or was refused; someone lacks something or is paused"},
                      {ExitCode::failing,
                       "Through the forest: a controller cannot be asked, or a connection fails"},
                      {ExitCode::could_not_ask, "The controller that was meant could not be asked"},
                      {ExitCode::usage, "The command line itself is wrong"},
                      {ExitCode::interrupted, "Ctrl-C ended it"}},
          .run = run};
}

}  // namespace ringspan::cli
