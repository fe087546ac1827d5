#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `naming-context list`: a line for each, and what the controller that was asked has of it.
Rendered naming_contexts_text(const nlohmann::json& answer, const World& world);

/// `domain list`: its controllers, who of them has yet to join, and who has its roles.
Rendered domains_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
