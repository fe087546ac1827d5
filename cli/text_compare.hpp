#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// What differs between two controllers, and why; failing where they diverge.
Rendered comparison_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
