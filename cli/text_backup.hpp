#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/answer.hpp"

namespace ringspan::cli {

Rendered backup_text(const nlohmann::json& answer, const World& world);
Rendered recovered_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
