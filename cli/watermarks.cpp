#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_knowledge.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  nlohmann::json request{{"ask", "watermarks"}};
  if (given.has("NAMING-CONTEXT")) request["naming_context"] = given.text("NAMING-CONTEXT");
  return ask_and_print(given, world, request, watermarks_text);
}

}  // namespace

Command watermarks_command() {
  return {.name = "watermarks",
          .group = {},
          .summary = "How far a controller has looked at each of its sources",
          .description =
              "For each source and naming context: the source's own USN up to which its objects "
              "have been looked at, the USN up to which that was done in whole cycles (settled), "
              "when the last whole cycle ended, and failures in a row since.",
          .arguments = {{.name = "NAMING-CONTEXT",
                         .value = {},
                         .help = "Its DN; without it all that are held there"}},
          .options = asking(),
          .examples = {{"ringspan watermarks --at nuuk-1", "Where nuuk-1 goes on at each source"},
                       {"ringspan watermarks dc=corp,dc=example --json",
                        "One naming context, for a script"}},
          .run = run};
}

}  // namespace ringspan::cli
