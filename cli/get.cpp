#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  nlohmann::json request{{"ask", "get"}, {"dn", given.text("DN")}};
  if (given.has("--deleted")) request["deleted"] = true;
  return ask_and_print(given, world, request,
                       given.has("--stamps") ? object_text_with_stamps : object_text);
}

}  // namespace

Command get_command() {
  return {
      .name = "get",
      .group = {},
      .summary = "Show an object as one controller holds it",
      .description =
          "Linked attributes show the DNs of their objects, and so do the links that lead here "
          "(memberof). With --stamps it says of each attribute who wrote it, when, and how many "
          "times it was written: the attribute with the greater stamp wins where "
          "two controllers disagree.",
      .arguments = {object_argument()},
      .options = asking({{.name = "--stamps",
                          .value = {},
                          .help = "Version, time and originator of each attribute"},
                         {.name = "--deleted",
                          .value = {},
                          .help = "A deleted object, by its GUID or the DN that it had"}}),
      .examples = {{"ringspan get cn=alice,ou=people --at nuuk-1", "What nuuk-1 knows about Alice"},
                   {"ringspan get cn=alice,ou=people --stamps", "Who wrote what, and when"},
                   {"ringspan get --deleted 8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11",
                    "What is left of it"}},
      .run = run};
}

}  // namespace ringspan::cli
