#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_knowledge.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "stamps"}, {"dn", given.text("DN")}}, stamps_text);
}

}  // namespace

Command stamps_command() {
  return {
      .name = "stamps",
      .group = {},
      .summary = "Who wrote each attribute and each link of an object, when, and having seen what",
      .description =
          "One line for each attribute and each value of a linked attribute, removed ones too: its "
          "version and time, the controller that wrote it and that one's number of the write "
          "(USN), this controller's number of the commit that brought it here, and its context: of "
          "each controller that wrote it before, the highest USN that the writer had seen. Two "
          "values conflict exactly if neither's context covers the other.",
      .arguments = {object_argument()},
      .options = asking(),
      .examples = {{"ringspan stamps cn=alice,ou=people",
                    "Whose value stands, and what it has seen"},
                   {"ringspan stamps 8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 --at nuuk-1 --json",
                    "By GUID, deleted ones too"}},
      .run = run};
}

}  // namespace ringspan::cli
