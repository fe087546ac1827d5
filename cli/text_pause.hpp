#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// What was paused or resumed, and what was so before.
Rendered pause_text(const nlohmann::json& answer, const World& world);
Rendered resume_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
