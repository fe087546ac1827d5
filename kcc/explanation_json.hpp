#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kcc/explain.hpp"

namespace ringspan::kcc {

/// One of the two directions in the answer of `ringspan explain --json`, described in
/// docs/schemas/explain.schema.json; names instead of ids.
nlohmann::ordered_json explanation_json(const sites::Forest& forest, const Explanation& why);

}  // namespace ringspan::kcc
