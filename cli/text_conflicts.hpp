#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `conflicts`: what each one dropped and what it kept, who wrote them and when.
Rendered conflicts_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
