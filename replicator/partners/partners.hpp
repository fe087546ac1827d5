#pragma once

#include <set>
#include <vector>

#include "kcc/topology.hpp"
#include "replicator/engine/pulls.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::partners {

/// The sources of controller `me` by `plan` of `forest`, as its engine wants them: where the
/// topology and the replica meet. Standby connections are among them, marked as such; so are the
/// ways round the sources that the engine has `lost` (Effects::lost).
std::vector<Partner> partners_of(const sites::Forest& forest, const kcc::Topology& plan,
                                 sites::ControllerId me,
                                 const std::set<sites::ControllerId>& lost = {});

/// A joiner's only source until it has the configuration: who has let it in. The configuration and
/// the schema come first; with them it goes over to the plan, which brings the rest.
Partner first_partner(const sites::Forest& forest, sites::ControllerId me,
                      sites::ControllerId inviter);

/// The writable controllers of `joined` but `me`, the nearest first: those of its site, then those
/// that it pulls from, then the others; each part by name.
std::vector<ControllerId> writable_near(const sites::Forest& joined, const kcc::Topology& plan,
                                        ControllerId me);

}  // namespace ringspan::replicator::partners
