#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  nlohmann::json request{{"ask", "undelete"}, {"dn", given.text("DN")}};
  if (given.has("--as")) request["rdn"] = given.text("--as");
  return ask_and_print(given, world, request, undeleted_text);
}

}  // namespace

Command undelete_command() {
  return {.name = "undelete",
          .group = {},
          .summary = "Bring a deleted object back",
          .description =
              "It stands where it stood, under the GUID that it had. With the forest's recycle bin "
              "on when it was deleted it has all that it had, links too; otherwise its name. "
              "Refused below a parent that is deleted itself, or where the name is taken: then "
              "give it another with --as. `ringspan list --deleted` shows what there is.",
          .arguments = {{.name = "DN",
                         .value = {},
                         .help = "The object: the DN that it had, or its GUID",
                         .required = true}},
          .options = asking({{.name = "--as", .value = "RDN", .help = "Its name from now on"}}),
          .examples = {{"ringspan undelete cn=alice,ou=people", "Where she was"},
                       {"ringspan undelete 8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 --as cn=alice2",
                        "By GUID, as there is another alice now"}},
          .run = run};
}

}  // namespace ringspan::cli
