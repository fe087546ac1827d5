#pragma once

#include <set>
#include <vector>

#include "kcc/topology.hpp"
#include "replicator/engine/pulls.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::partners {

/// The sources of controller `me` by `plan`, as its engine wants them: where the topology and the
/// replica meet. Standby connections that sleep are left out.
std::vector<Partner> partners_of(const kcc::Topology& plan, sites::ControllerId me,
                                 const std::set<sites::ControllerId>& failing);

}  // namespace ringspan::replicator::partners
