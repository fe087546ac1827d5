#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `invite`: the token alone on standard output, all else beside it.
Rendered invite_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
