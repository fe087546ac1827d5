#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world, const char* ask) {
  return ask_and_print(given, world,
                       {{"ask", ask},
                        {"dn", given.text("OBJECT")},
                        {"attribute", given.text("ATTRIBUTE")},
                        {"targets", given.texts("TARGET")}},
                       written_text);
}

ExitCode run_link(const Arguments& given, World& world) {
  return run(given, world, "link");
}

ExitCode run_unlink(const Arguments& given, World& world) {
  return run(given, world, "unlink");
}

std::vector<Parameter> arguments(const char* targets) {
  return {{.name = "OBJECT",
           .value = {},
           .help = "The object that has the attribute: a DN (relative to the home domain, or "
                   "absolute) or a GUID",
           .required = true},
          {.name = "ATTRIBUTE",
           .value = {},
           .help = "A linked attribute, such as member",
           .required = true},
          {.name = "TARGET", .value = {}, .help = targets, .required = true, .repeated = true}};
}

}  // namespace

Command link_command() {
  return {.name = "link",
          .group = {},
          .summary = "Add values to a linked attribute",
          .description =
              "Each value is a link with a history of its own, so two people may change one group "
              "at once and neither is lost. All are added or none. A value of an attribute that "
              "takes one takes the place of the one before. The targets show it as a back link "
              "(memberof), which nobody writes.",
          .arguments = arguments("The objects to link to, each a DN or a GUID"),
          .options = asking(),
          .examples = {{"ringspan link cn=staff,ou=groups member cn=alice,ou=people "
                        "cn=bob,ou=people",
                        "Two members more"},
                       {"ringspan link cn=alice,ou=people manager cn=bob,ou=people --at nuuk-1",
                        "Instead of whoever it was, written at nuuk-1"}},
          .run = run_link};
}

Command unlink_command() {
  return {.name = "unlink",
          .group = {},
          .summary = "Remove values from a linked attribute",
          .description = "All are removed or none; one that is no value is refused.",
          .arguments = arguments("The objects that are linked to, each a DN or a GUID"),
          .options = asking(),
          .examples = {{"ringspan unlink cn=staff,ou=groups member cn=alice,ou=people",
                        "A member less"},
                       {"ringspan unlink cn=alice,ou=people manager "
                        "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 --json",
                        "By GUID, for a script"}},
          .run = run_unlink};
}

}  // namespace ringspan::cli
