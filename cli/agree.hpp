#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/world.hpp"

namespace ringspan::cli {

/// What a person is asked before something is done that others will see.
struct Question {
  std::string text;     ///< "Write it at oslo-1?"
  std::string nothing;  ///< What is so without a yes: "nothing was written".
  std::string deed;     ///< What --yes is for: "write it".
};

/// What to end with if the person does not want it or cannot be asked; nullopt: go on. --yes asks
/// nobody.
std::optional<ExitCode> without_consent(const Arguments& given, World& world,
                                        const Question& question);

/// The fault of a command line with --json, which cannot be asked, and without --yes; empty: none.
std::string fault_of_unasked(const Arguments& given);

}  // namespace ringspan::cli
