#pragma once

#include "cli/command.hpp"

namespace ringspan::cli {

/// `ringspan simulate --swarm N`: random histories, each from its seed.
ExitCode run_swarm(const Arguments& given, World& world);

}  // namespace ringspan::cli
