#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_backup.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  const auto folder = std::filesystem::absolute(given.text("FOLDER")).lexically_normal();
  if (world.interactive && !given.has("--json")) {
    world.err << "The controller copies its database, reads the copy through, and serves on.\n";
  }
  return ask_and_print(given, world, place_of(given, world, kLongPatience),
                       {{"ask", "backup"}, {"to", folder.string()}}, backup_text);
}

}  // namespace

Command backup_command() {
  return {
      .name = "backup",
      .group = {},
      .summary = "Copy a controller into a folder, while it serves",
      .description =
          "The controller that is asked writes one committed state of its database, its identity, "
          "certificate and keys into a new folder on its own machine, reads the copy through and "
          "only then gives it its name: a folder of that name is a whole backup. Writes go on "
          "meanwhile. `ringspan restore` makes a controller of it again.",
      .arguments = {{.name = "FOLDER",
                     .value = {},
                     .help = "Where to, on the controller's machine; must not exist yet",
                     .required = true,
                     .completes = Completes::folder}},
      .options = asking(),
      .examples = {{"ringspan backup /var/backups/oslo-1-monday --at oslo-1", "Tonight's"},
                   {"ringspan backup backups/oslo-1 --data state/oslo-1 --json",
                    "What it holds, for a script"}},
      .endings = {{ExitCode::not_well, "Refused, or the disk is too short; nothing is left there"}},
      .run = run};
}

}  // namespace ringspan::cli
