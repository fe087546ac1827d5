#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/world.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  if (given.has("--json")) {
    world.out << nlohmann::json{{"version", RINGSPAN_VERSION}}.dump(2) << "\n";
  } else {
    world.out << "ringspan " << RINGSPAN_VERSION << "\n";
  }
  return ExitCode::well;
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .group = {},
          .summary = "Print the version",
          .options = {json_option()},
          .examples = {{"ringspan version", "What is installed here"},
                       {"ringspan --version", "The same"}},
          .run = run};
}

}  // namespace ringspan::cli
