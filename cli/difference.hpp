#pragma once

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/world.hpp"
#include "sites/forest.hpp"

namespace ringspan::cli {

/// The plans of two definitions side by side, for people or as JSON. not_well where the second no
/// longer reaches a controller that it keeps.
ExitCode show_difference(const sites::Forest& before, const sites::Forest& after,
                         const Arguments& given, World& world);

}  // namespace ringspan::cli
