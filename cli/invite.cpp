#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_invite.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "invite"}, {"controller", given.text("NAME")}},
                       invite_text);
}

}  // namespace

Command invite_command() {
  return {.name = "invite",
          .group = {},
          .summary = "Make a one-time token with which a controller may join",
          .description =
              "The token alone goes to standard output. It is for one controller of "
              "the forest, works once and for 30 minutes, and only while the "
              "controller that made it serves.",
          .arguments = {{.name = "NAME",
                         .value = {},
                         .help = "The controller that shall join; the forest must name it",
                         .required = true,
                         .completes = Completes::controller}},
          .options = asking(),
          .examples = {{"ringspan invite nuuk-1 --data state/oslo-1 >token", "Into a file"},
                       {"ringspan invite nuuk-1 --at oslo-1 | ssh nuuk ringspan join --token-file "
                        "- --data /var/lib/ringspan/nuuk-1",
                        "Straight to where it is needed, on no disk between"}},
          .run = run};
}

}  // namespace ringspan::cli
