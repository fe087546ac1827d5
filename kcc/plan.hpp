#pragma once

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The topology of `forest`: from replicated facts only, no history, no local view, no chance.
/// Total: any forest gives a topology, whatever its references point to. Deterministic: equal
/// forests give equal topologies on every machine, in whatever order their parts were listed.
Topology plan(const sites::Forest& forest);

}  // namespace ringspan::kcc
