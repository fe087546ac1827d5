#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sites/forest.hpp"

namespace ringspan::kcc {

/// Two definitions with their plans side by side, as `diff` and `what-if` answer
/// (docs/schemas/diff.schema.json). A large forest takes a few seconds.
nlohmann::ordered_json difference_json(const sites::Forest& before, const sites::Forest& after);

}  // namespace ringspan::kcc
