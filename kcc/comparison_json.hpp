#pragma once

#include <string>
#include <vector>

#include "kcc/compare.hpp"

namespace ringspan::kcc {

/// The answer of `ringspan diff --json` and `what-if --json`, described in
/// docs/schemas/diff.schema.json. `changes` says in words what differs in the definition.
std::string comparison_json(const Planned& before, const Planned& after,
                            const std::vector<std::string>& changes);

}  // namespace ringspan::kcc
