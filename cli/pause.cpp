#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_pause.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world, const char* ask, const Render& render) {
  auto place = place_of(given, world);
  place.at = given.text("CONTROLLER");
  return ask_and_print(given, world, place, {{"ask", ask}, {"direction", given.text("DIRECTION")}},
                       render);
}

ExitCode run_pause(const Arguments& given, World& world) {
  return run(given, world, "pause", pause_text);
}

ExitCode run_resume(const Arguments& given, World& world) {
  return run(given, world, "resume", resume_text);
}

std::vector<Parameter> arguments() {
  return {{.name = "CONTROLLER",
           .value = {},
           .help = "The controller that is meant; it writes it itself",
           .required = true,
           .completes = Completes::controller},
          {.name = "DIRECTION",
           .value = {},
           .help = "What it takes in, what it gives out, or both",
           .required = true,
           .completes = Completes::choice,
           .choices = {"inbound", "outbound", "both"}}};
}

/// The argument says who is asked; a second option for the same would only contradict it.
std::vector<Parameter> options() {
  auto options = asking();
  std::erase_if(options, [](const Parameter& option) { return option.name == "--at"; });
  return options;
}

}  // namespace

Command pause_command() {
  return {.name = "pause",
          .group = {},
          .summary = "Stop the replication of one controller in one direction",
          .description =
              "Paused inbound, a controller pulls from nobody, not even by force; paused outbound, "
              "it lets nobody pull. It still takes writes and answers. The pause lasts over "
              "restarts until `ringspan resume`; status shows by whom and since when, and is not "
              "well until then.",
          .arguments = arguments(),
          .options = options(),
          .examples = {{"ringspan pause nuuk-1 inbound", "nuuk-1 takes nothing in"},
                       {"ringspan pause nuuk-1 both --json", "Off the forest, for a script"}},
          .run = run_pause};
}

Command resume_command() {
  return {.name = "resume",
          .group = {},
          .summary = "End what `ringspan pause` began",
          .description =
              "What was held back is pulled at once: by the controller itself, or by those that "
              "pull from it.",
          .arguments = arguments(),
          .options = options(),
          .examples = {{"ringspan resume nuuk-1 inbound", "nuuk-1 catches up"},
                       {"ringspan resume nuuk-1 both", "Whatever was paused"}},
          .run = run_resume};
}

}  // namespace ringspan::cli
