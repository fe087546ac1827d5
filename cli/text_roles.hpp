#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// The answers to roles, role_history, and to what gives a role to another.
Rendered roles_text(const nlohmann::json& answer, const World& world);
Rendered role_advice_text(const nlohmann::json& answer, const World& world);
Rendered role_history_text(const nlohmann::json& answer, const World& world);
Rendered role_changed_text(const nlohmann::json& answer, const World& world);

/// What a seizure puts at stake, before it is asked.
std::string stakes_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
