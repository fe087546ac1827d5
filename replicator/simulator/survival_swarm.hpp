#pragma once

// Survival swarm: faults that stay. Controllers are stopped, ways are cut, in both directions or in
// one, but never so that those who run could not reach each other at all. Then whatever one of them
// takes must come to all others while the faults last (rule R14).

#include "replicator/simulator/swarm.hpp"

namespace ringspan::replicator::simulator {

SwarmResult run_survival_seed(std::uint64_t seed, const SwarmOptions& options);

}  // namespace ringspan::replicator::simulator
