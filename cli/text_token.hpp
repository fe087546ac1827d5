#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

Rendered token_add_text(const nlohmann::json& answer, const World& world);
Rendered token_list_text(const nlohmann::json& answer, const World& world);
Rendered token_revoke_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
