#pragma once

// Turmoil swarm: random histories with all faults together, each from one seed. People write and
// link, bring definitions forth, let controllers in and retire them, move roles, take identifiers;
// meanwhile lines are cut, controllers crash, are away for days, expire, run out of disk, lose
// their disks to backups and to images that are put back behind their backs, and have wrong clocks.
// At last faults end, and all who are members must hold the same, with every acknowledged write
// held, knowingly overwritten, in a journal, or lost with a disk that alone had it.

#include "replicator/simulator/swarm.hpp"

namespace ringspan::replicator::simulator {

/// `edits` counts the changes of the definition, of members and of role owners.
SwarmResult run_turmoil_seed(std::uint64_t seed, const SwarmOptions& options);

}  // namespace ringspan::replicator::simulator
