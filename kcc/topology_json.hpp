#pragma once

#include <string>

#include "kcc/analyse.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The answer of `ringspan plan --json`, described in docs/schemas/plan.schema.json. Names instead
/// of ids; the same forest gives the same bytes.
std::string topology_json(const sites::Forest& forest, const Topology& topology,
                          const Analysis& analysis);

}  // namespace ringspan::kcc
