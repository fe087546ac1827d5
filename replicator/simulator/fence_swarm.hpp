#pragma once

// Fence swarm: random histories of a forest with a fence, each from one seed. Roles are given away
// and claimed, data of roles is written and identifiers are taken, while controllers crash, freeze
// (also between check and commit), are cut off from each other and from the fence, and put back
// from copies. At no moment two have a lease of a role, and no number is issued twice; at last
// faults end, each role has one owner that all know, and everybody is served.

#include "replicator/simulator/swarm.hpp"

namespace ringspan::replicator::simulator {

/// `writes` counts the identifiers that were issued, `edits` the changes of ownership.
SwarmResult run_fence_seed(std::uint64_t seed, const SwarmOptions& options);

}  // namespace ringspan::replicator::simulator
