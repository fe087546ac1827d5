#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/world.hpp"

namespace ringspan::cli {

/// One change in lines: what happened to which object, then each value with its writer.
std::string change_text(const nlohmann::json& change, const World& world);

}  // namespace ringspan::cli
