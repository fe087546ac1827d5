#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  const bool deleted = given.has("--deleted");
  if (given.has("--limit") && !deleted) {
    return complain(world, ExitCode::usage, "--limit: is for --deleted");
  }
  nlohmann::json request{{"ask", deleted ? "deleted" : "list"}};
  if (given.has("DN")) request["dn"] = given.text("DN");
  if (given.has("--limit")) request["limit"] = given.number("--limit", 0);
  return ask_and_print(given, world, request, deleted ? deleted_list_text : list_text);
}

}  // namespace

Command list_command() {
  auto object = object_argument();
  object.required = false;
  object.help += "; without it the home domain";
  return {.name = "list",
          .group = {},
          .summary = "List what lies directly below an object, or what was deleted there",
          .description =
              "With --deleted it lists what lay below the object at any depth and is deleted now, "
              "the latest first: when, by whom, and the GUID with which `ringspan undelete` "
              "brings it back.",
          .arguments = {std::move(object)},
          .options = asking({{.name = "--deleted", .value = {}, .help = "What was deleted"},
                             {.name = "--limit",
                              .value = "N",
                              .help = "With --deleted: at most so many (1000)",
                              .form = Form::number}}),
          .examples = {{"ringspan list", "The top of the home domain"},
                       {"ringspan list ou=people --at nuuk-1", "Everyone, as nuuk-1 sees it"},
                       {"ringspan list --deleted ou=people", "Who can be undeleted"}},
          .run = run};
}

}  // namespace ringspan::cli
