#pragma once

// Lifetime swarm: random histories of weeks, with tombstones that live for a day, each from one
// seed. Controllers are away for hours and days, expire by themselves or by a person's word, and
// join anew. What nobody has any more must not come back; at last faults end, all are members
// again, and hold the same.

#include "replicator/simulator/swarm.hpp"

namespace ringspan::replicator::simulator {

/// `edits` counts the objects that everybody has forgotten.
SwarmResult run_lifetime_seed(std::uint64_t seed, const SwarmOptions& options);

}  // namespace ringspan::replicator::simulator
