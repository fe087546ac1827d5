#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/exit_code.hpp"
#include "cli/world.hpp"
#include "sites/fault.hpp"

namespace ringspan::cli {

/// "ringspan: <thing>: <reason>; <remedy>" on standard error, a line each.
ExitCode complain(World& world, ExitCode code, const std::vector<std::string>& messages);
ExitCode complain(World& world, ExitCode code, const std::string& message);
ExitCode complain(World& world, const base::Error& error);

/// What is wrong in a file, a line each as compilers do it, and how many there are.
ExitCode complain(World& world, const std::string& file, const std::vector<sites::Fault>& faults);

/// What an error makes the program end with: could_not_ask where nobody answered.
ExitCode ending_of(base::Errc code);

}  // namespace ringspan::cli
