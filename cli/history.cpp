#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_apply.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "history"}}, history_text);
}

}  // namespace

Command history_command() {
  return {.name = "history",
          .group = {},
          .summary = "The definitions of the forest so far: who applied what, and when",
          .description =
              "Newest first. `ringspan apply --undo` goes back to the one before the "
              "present one, `ringspan apply --to DEFINITION` to any of them.",
          .options = asking(),
          .examples = {{"ringspan history", "As this controller knows it"},
                       {"ringspan history --json", "With whole hashes and times, for a script"}},
          .run = run};
}

}  // namespace ringspan::cli
