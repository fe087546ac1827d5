#pragma once

// Identifier swarm: random histories of identifiers, each from one seed. Numbers are taken while
// the rid role is given away and seized, controllers crash, are cut off and put back from copies.
// No number may be issued twice; at last faults end, and everybody must be served again.

#include "replicator/simulator/swarm.hpp"

namespace ringspan::replicator::simulator {

/// `writes` counts the identifiers that were issued, `edits` the changes of ownership.
SwarmResult run_identifier_seed(std::uint64_t seed, const SwarmOptions& options);

}  // namespace ringspan::replicator::simulator
