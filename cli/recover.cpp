#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_backup.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, place_of(given, world, kLongPatience), {{"ask", "recover"}},
                       recovered_text);
}

}  // namespace

Command recover_command() {
  return {
      .name = "recover",
      .group = {},
      .summary = "Bring a controller back whose disk was put back behind its back",
      .description =
          "Such a controller has shut itself off as soon as a partner showed it a write of its own "
          "that it does not know: it takes no writes, and nothing from or to others. This gives it "
          "another invocation id, writes again what was written there since, which others may have "
          "missed, lists that, and lets it serve; what it has lost comes back by replication.",
      .options = asking(),
      .examples = {{"ringspan recover --at nuuk-1", "The one that ringspan status names"},
                   {"ringspan recover --at nuuk-1 --json",
                    "With each value that was written again"}},
      .endings = {{ExitCode::not_well, "It is not quarantined"}},
      .run = run};
}

}  // namespace ringspan::cli
