#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_knowledge.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  nlohmann::json request{{"ask", "vector"}};
  if (given.has("NAMING-CONTEXT")) request["naming_context"] = given.text("NAMING-CONTEXT");
  return ask_and_print(given, world, request, vector_text);
}

}  // namespace

Command vector_command() {
  return {.name = "vector",
          .group = {},
          .summary = "What a controller holds of every controller's writes",
          .description =
              "For each naming context and each controller that ever wrote: the USN up to which "
              "all its writes are here, and when it was last heard to say so. A write that this "
              "covers is never sent here again.",
          .arguments = {{.name = "NAMING-CONTEXT",
                         .value = {},
                         .help = "Its DN; without it all that are held there"}},
          .options = asking(),
          .examples = {{"ringspan vector --at nuuk-1", "How far nuuk-1 has heard everyone"},
                       {"ringspan vector dc=corp,dc=example --json",
                        "One naming context, for a script"}},
          .run = run};
}

}  // namespace ringspan::cli
