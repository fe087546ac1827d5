#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `id new`: the ranges alone, one a line.
Rendered identifiers_text(const nlohmann::json& answer, const World& world);

/// `id status`: each domain with what its controllers have.
Rendered identifier_status_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
