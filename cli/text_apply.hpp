#pragma once

#include <string>

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `apply`: what changes in the definition, the plan before and after, who would be cut off.
std::string difference_text(const nlohmann::json& answer, const World& world);

/// `apply`: that it was written, or that there was nothing to write.
std::string written_definition_text(const nlohmann::json& answer);

/// `history`: a line for each definition, newest first.
Rendered history_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
