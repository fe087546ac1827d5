#pragma once

// Two plans side by side, as the commands that compare them answer: names instead of ids.
// docs/schemas/diff.schema.json and apply.schema.json describe it.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "kcc/compare.hpp"

namespace ringspan::kcc {

/// What `diff`, `what-if` and `apply` have in common. `comparison` is of these two; `changes` says
/// in words what differs in the definition.
nlohmann::ordered_json comparison_json(const Planned& before, const Planned& after,
                                       const Comparison& comparison,
                                       const std::vector<std::string>& changes);

/// What `diff` and `what-if` say besides of each of the two: worst delay, losses not survived.
nlohmann::ordered_json certified_json(const Planned& planned);

}  // namespace ringspan::kcc
