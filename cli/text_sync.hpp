#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

/// `sync`: what came in all, then by naming context; ExitCode::not_well if a pull failed.
Rendered sync_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
