#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_sync.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  auto place = place_of(given, world, kLongPatience);
  place.at = given.text("--to");
  nlohmann::json request{
      {"ask", "sync"}, {"from", given.text("--from")}, {"full", given.has("--full")}};
  if (given.has("--naming-context")) request["naming_context"] = given.text("--naming-context");
  return ask_and_print(given, world, place, request, sync_text);
}

/// --to says who is asked; a second option for the same would only contradict it.
std::vector<Parameter> options() {
  auto options = asking({{.name = "--to",
                          .value = "NAME",
                          .help = "The controller that pulls",
                          .required = true,
                          .completes = Completes::controller},
                         {.name = "--from",
                          .value = "NAME",
                          .help = "The controller that is pulled from",
                          .required = true,
                          .completes = Completes::controller},
                         {.name = "--naming-context",
                          .value = "DN",
                          .help = "Only this one; otherwise all that both hold"},
                         {.name = "--full",
                          .value = {},
                          .help = "All objects again, as if nothing had come before"}});
  std::erase_if(options, [](const Parameter& option) { return option.name == "--at"; });
  return options;
}

}  // namespace

Command sync_command() {
  return {.name = "sync",
          .group = {},
          .summary = "Force one pull now and show what came",
          .description =
              "One whole cycle in one direction, whatever the schedule and whether or "
              "not the topology has that connection.",
          .options = options(),
          .examples = {{"ringspan sync --to nuuk-1 --from oslo-1", "nuuk-1 catches up"},
                       {"ringspan sync --to nuuk-1 --from oslo-1 --full",
                        "All of it once more; nothing changes where nuuk-1 has it already"},
                       {"ringspan sync --to nuuk-1 --from oslo-1 --naming-context "
                        "dc=corp,dc=example --json",
                        "One naming context, for a script"}},
          .endings = {{ExitCode::well, "Every pull went through"},
                      {ExitCode::not_well, "A pull failed or was refused"},
                      {ExitCode::could_not_ask, "The destination could not be asked"}},
          .run = run};
}

}  // namespace ringspan::cli
