#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "get"}, {"dn", given.text("DN")}},
                       given.has("--stamps") ? object_text_with_stamps : object_text);
}

}  // namespace

Command get_command() {
  return {
      .name = "get",
      .group = {},
      .summary = "Show an object as one controller holds it",
      .description =
          "With --stamps it says of each attribute who wrote it, when, and how many "
          "times it was written: the attribute with the greater stamp wins where "
          "two controllers disagree.",
      .arguments = {object_argument()},
      .options = asking({{.name = "--stamps",
                          .value = {},
                          .help = "Version, time and originator of each attribute"}}),
      .examples = {{"ringspan get cn=alice,ou=people --at nuuk-1", "What nuuk-1 knows about Alice"},
                   {"ringspan get cn=alice,ou=people --stamps", "Who wrote what, and when"}},
      .run = run};
}

}  // namespace ringspan::cli
