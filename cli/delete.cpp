#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "delete"}, {"dn", given.text("DN")}},
                       [](const nlohmann::json& answer, const World& here) {
                         auto told = written_text(answer, here);
                         told.text.replace(told.text.find(" written at "), 9, " deleted ");
                         return told;
                       });
}

}  // namespace

Command delete_command() {
  return {.name = "delete",
          .group = {},
          .summary = "Delete an object",
          .description = "An object with others below it is refused: delete those first.",
          .arguments = {object_argument()},
          .options = asking(),
          .examples = {{"ringspan delete cn=alice,ou=people", "Everywhere, once it has spread"},
                       {"ringspan delete 8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 --at nuuk-1",
                        "By GUID, whatever it is called now"}},
          .run = run};
}

}  // namespace ringspan::cli
