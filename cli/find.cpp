#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/assignments.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

constexpr std::uint64_t kLimit = 1000;

ExitCode run(const Arguments& given, World& world) {
  const auto wanted = read_assignments({given.text("ATTRIBUTE=VALUE")});
  if (!wanted) return complain(world, ExitCode::usage, wanted.error());
  nlohmann::json request{{"ask", "find"},
                         {"attribute", wanted->front().attribute},
                         {"value", wanted->front().values.front()},
                         {"limit", given.number("--limit", kLimit)}};
  if (given.has("--below")) request["below"] = given.text("--below");
  return ask_and_print(given, world, request, find_text);
}

}  // namespace

Command find_command() {
  return {
      .name = "find",
      .group = {},
      .summary = "Find objects by a value",
      .description = "A * in the value stands for anything; case does not matter.",
      .arguments = {{.name = "ATTRIBUTE=VALUE",
                     .value = {},
                     .help = "What the objects must have, such as 'mail=a*@x.example'",
                     .required = true}},
      .options = asking({{.name = "--below", .value = "DN", .help = "Only objects below this one"},
                         {.name = "--limit",
                          .value = "N",
                          .help = "At most so many objects (1000)",
                          .form = Form::number}}),
      .examples = {{"ringspan find 'mail=a*@corp.example'",
                    "Quote the * so that the shell leaves it alone"},
                   {"ringspan find 'title=*' --below ou=people --limit 10",
                    "Ten people who have a title"}},
      .endings = {{ExitCode::well, "Something was found"},
                  {ExitCode::not_well, "Nothing was found, or the request was refused"},
                  {ExitCode::could_not_ask, "No controller answered"}},
      .run = run};
}

}  // namespace ringspan::cli
