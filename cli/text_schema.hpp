#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

Rendered schema_list_text(const nlohmann::json& answer, const World& world);
Rendered attribute_text(const nlohmann::json& answer, const World& world);
Rendered attribute_written_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
