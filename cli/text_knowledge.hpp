#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

Rendered stamps_text(const nlohmann::json& answer, const World& world);
Rendered vector_text(const nlohmann::json& answer, const World& world);
Rendered watermarks_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
