#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world,
                       {{"ask", "rename"}, {"dn", given.text("DN")}, {"rdn", given.text("NAME")}},
                       written_text);
}

}  // namespace

Command rename_command() {
  return {
      .name = "rename",
      .group = {},
      .summary = "Give an object another name under the same parent",
      .arguments = {object_argument(),
                    {.name = "NAME",
                     .value = {},
                     .help = "Its new name, such as cn=alicia",
                     .required = true}},
      .options = asking(),
      .examples = {{"ringspan rename cn=alice,ou=people cn=alicia", "Alice is Alicia now"},
                   {"ringspan rename ou=people ou=staff --at nuuk-1", "All below it moves along"}},
      .run = run};
}

}  // namespace ringspan::cli
