#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  nlohmann::json request{{"ask", "list"}};
  if (given.has("DN")) request["dn"] = given.text("DN");
  return ask_and_print(given, world, request, list_text);
}

}  // namespace

Command list_command() {
  auto object = object_argument();
  object.required = false;
  object.help += "; without it the home domain";
  return {.name = "list",
          .group = {},
          .summary = "List what lies directly below an object",
          .arguments = {std::move(object)},
          .options = asking(),
          .examples = {{"ringspan list", "The top of the home domain"},
                       {"ringspan list ou=people --at nuuk-1", "Everyone, as nuuk-1 sees it"}},
          .run = run};
}

}  // namespace ringspan::cli
