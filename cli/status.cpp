#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_status.hpp"

namespace ringspan::cli {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kPause = 2s;

ExitCode show(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "status"}}, status_text);
}

ExitCode run(const Arguments& given, World& world) {
  ExitCode health = show(given, world);
  while (given.has("--watch") && world.wait(kPause)) {
    // A terminal is wiped; a file gets one picture after the other.
    world.out << (world.style.width > 0 ? "\x1b[H\x1b[2J" : "\n");
    health = show(given, world);
    world.out.flush();
  }
  return health;
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .group = {},
          .summary = "Who is behind whom, by how much, and why",
          .description =
              "The controller that is asked asks all others. Trouble stands first. A "
              "change that is on its way as planned counts as well.",
          .options = asking(
              {{.name = "--watch", .value = {}, .help = "Again every 2 seconds, until Ctrl-C"}}),
          .examples = {{"ringspan status", "The health in one sentence, then the table"},
                       {"ringspan status --at nuuk-1 --json", "As nuuk-1 sees it, for a script"},
                       {"until ringspan status; do sleep 1; done", "Wait until all is in step"}},
          .endings = {{ExitCode::well, "Well: everyone is in step or catching up as planned"},
                      {ExitCode::not_well, "Behind, or somebody has paused a controller"},
                      {ExitCode::failing, "Failing: a connection fails or a controller is silent"},
                      {ExitCode::could_not_ask, "Nobody could be asked"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
