#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {

/// "ringspan get DN [--stamps] [OPTIONS]"
std::string usage_of(const Command& command);

/// What `ringspan COMMAND --help` prints.
std::string help_of(const Command& command, const Style& style);

/// What `ringspan --help` prints: every command under its heading.
std::string help_of_program(const std::vector<Command>& table, const Style& style);

}  // namespace ringspan::cli
