#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_objects.hpp"
#include "cli/write_request.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  const auto assigned = read_assignments(given.texts("ATTRIBUTE=VALUE"));
  if (!assigned) return complain(world, ExitCode::usage, assigned.error());
  return ask_and_print(given, world, write_request("add", given.text("DN"), *assigned),
                       written_text);
}

}  // namespace

Command add_command() {
  return {.name = "add",
          .group = {},
          .summary = "Add an object",
          .description = "An attribute given several times has several values.",
          .arguments = {object_argument(),
                        {.name = "ATTRIBUTE=VALUE",
                         .value = {},
                         .help = "Its attributes, such as title=\"Head of A\"",
                         .repeated = true}},
          .options = asking(),
          .examples = {{"ringspan add cn=alice,ou=people title='Head of A' --at oslo-1",
                        "Written at oslo-1; every other controller gets it by replication"},
                       {"ringspan add cn=bob,ou=people phone=1 phone=2", "Two values of phone"},
                       {"ringspan add ou=harbour", "An object without attributes but its name"}},
          .run = run};
}

}  // namespace ringspan::cli
