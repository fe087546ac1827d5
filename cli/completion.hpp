#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace ringspan::cli {

/// A bash script that proposes the commands, options, controllers and files of `table`.
std::string bash_completion(const std::vector<Command>& table);

}  // namespace ringspan::cli
