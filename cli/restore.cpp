#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "cli/forest_file.hpp"
#include "cli/table.hpp"
#include "replicator/net/backup.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  const auto data = given.text("--data");
  const auto restored = replicator::net::restore_backup(given.text("BACKUP"), data,
                                                        given.has("--replace"), world.now());
  if (!restored) {
    if (given.has("--json")) world.out << error_json(restored.error());
    return complain(world, restored.error());
  }
  const auto& backup = restored->backup;
  if (given.has("--json")) {
    const nlohmann::ordered_json json{{"controller", backup.controller},
                                      {"forest", backup.forest},
                                      {"data", data},
                                      {"time", base::to_string(backup.time)},
                                      {"usn", backup.usn.value},
                                      {"former_invocation", backup.invocation},
                                      {"invocation", restored->invocation}};
    world.out << json.dump(2) << "\n";
    return ExitCode::well;
  }
  world.out << fmt::format(
      "{} of {} is back in {} as it was at {}, as database {}.\n"
      "It pulls back what it wrote later once started with\n  ringspan serve --data {}\n",
      backup.controller, printable(backup.forest), data, base::to_string(backup.time),
      restored->invocation, shell_word(data));
  return ExitCode::well;
}

}  // namespace

Command restore_command() {
  return {
      .name = "restore",
      .group = {},
      .summary = "Make a controller's folder of a backup",
      .description =
          "Reads the backup through, then puts the controller back as it was then, under another "
          "invocation id: what it wrote later comes back from its partners once it serves. "
          "Whatever "
          "happens on the way, the folder is what it was before or the whole controller.",
      .arguments = {{.name = "BACKUP",
                     .value = {},
                     .help = "The folder that `ringspan backup` made",
                     .required = true,
                     .completes = Completes::folder}},
      .options = {{.name = "--data",
                   .value = "DIR",
                   .help = "Its folder from now on; must not exist yet, or be empty",
                   .required = true,
                   .completes = Completes::folder},
                  {.name = "--replace",
                   .value = {},
                   .help = "Put it in the place of what is there, which is lost; not while it "
                           "serves"},
                  json_option()},
      .examples = {{"ringspan restore /var/backups/oslo-1-monday --data state/oslo-1",
                    "On a new machine"},
                   {"ringspan restore backups/oslo-1 --data state/oslo-1 --replace",
                    "In the place of what went wrong"}},
      .endings =
          {{ExitCode::not_well,
            "The backup is damaged or older than the tombstone lifetime, or the folder is in "
            "use or not empty; nothing was changed"}},
      .run = run};
}

}  // namespace ringspan::cli
