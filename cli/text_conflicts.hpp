#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `conflicts`: both sides of each, the last one first.
Rendered conflicts_text(const nlohmann::json& answer, const World& world);

/// `conflicts`: where there are most.
Rendered hot_text(const nlohmann::json& answer, const World& world);

/// `conflict`: one of them, where it was noticed, and what can be restored.
Rendered conflict_text(const nlohmann::json& answer, const World& world);

/// `restored`: what was written.
Rendered restored_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
