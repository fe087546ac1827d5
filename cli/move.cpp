#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(
      given, world, {{"ask", "move"}, {"dn", given.text("DN")}, {"parent", given.text("PARENT")}},
      written_text);
}

}  // namespace

Command move_command() {
  return {
      .name = "move",
      .group = {},
      .summary = "Put an object, with all below it, under another parent",
      .arguments = {object_argument(),
                    {.name = "PARENT",
                     .value = {},
                     .help = "The DN or GUID of the new parent",
                     .required = true}},
      .options = asking(),
      .examples = {{"ringspan move cn=alice,ou=people ou=groups", "Its name stays"},
                   {"ringspan move ou=harbour,ou=places ou=people --at nuuk-1", "A whole subtree"}},
      .run = run};
}

}  // namespace ringspan::cli
