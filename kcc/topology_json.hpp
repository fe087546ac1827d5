#pragma once

#include <string>

#include "kcc/analyse.hpp"
#include "kcc/certify.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The answer of `ringspan plan --json`, described in docs/schemas/plan.schema.json. Names instead
/// of ids; the same forest gives the same bytes. Without a certificate the field is left out.
std::string topology_json(const sites::Forest& forest, const Topology& topology,
                          const Analysis& analysis, const Certificate* certificate = nullptr);

}  // namespace ringspan::kcc
