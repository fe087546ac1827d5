#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/world.hpp"

namespace ringspan::cli {

/// The whole program but for the ground it stands on: reads the command line, runs the command.
/// `words` without the program's own name.
ExitCode run(const std::vector<std::string>& words, World& world);

}  // namespace ringspan::cli
