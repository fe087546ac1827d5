#include "cli/run.hpp"

#include <fmt/format.h>

#include <ostream>
#include <variant>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"

namespace ringspan::cli {

ExitCode run(const std::vector<std::string>& words, World& world) {
  const auto table = commands();
  const auto parsed = parse(words, table);
  if (const auto* help = std::get_if<HelpWanted>(&parsed)) {
    world.out << (help->command != nullptr ? help_of(*help->command, world.style)
                                           : help_of_program(table, world.style));
    return ExitCode::well;
  }
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) {
    complain(world, ExitCode::usage, mistake->faults);
    if (mistake->command != nullptr) {
      world.err << "usage: " << usage_of(*mistake->command) << "\n";
    }
    return ExitCode::usage;
  }
  const auto& meant = std::get<Invocation>(parsed);
  return meant.command->run(meant.given, world);
}

}  // namespace ringspan::cli
