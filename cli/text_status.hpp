#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `status`: the sentence, the controllers, then who is behind whom, trouble first. The exit code
/// is the health: well 0, behind 1, failing 2.
Rendered status_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
