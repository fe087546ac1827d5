#pragma once

// Configuration swarm: random histories of a forest whose definition changes in every partition of
// it. Links and costs come and go, controllers are added, let in and removed, while some are cut
// off, stopped or crash. When faults end, all members must come to one definition and one content,
// and hold every write that a controller acknowledged which was not removed.

#include "replicator/simulator/swarm.hpp"

namespace ringspan::replicator::simulator {

SwarmResult run_configuration_seed(std::uint64_t seed, const SwarmOptions& options);

}  // namespace ringspan::replicator::simulator
