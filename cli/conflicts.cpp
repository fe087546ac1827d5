#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_conflicts.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "conflicts"}}, conflicts_text);
}

}  // namespace

Command conflicts_command() {
  return {.name = "conflicts",
          .group = {},
          .summary = "What was overwritten by a write that had not seen it",
          .description =
              "Each controller keeps a journal of what it dropped: both values, both "
              "writers, when.",
          .options = asking(),
          .examples = {{"ringspan conflicts", "The journal of the controller that answers"},
                       {"ringspan conflicts --at nuuk-1 --json", "nuuk-1's, for a script"}},
          .run = run};
}

}  // namespace ringspan::cli
