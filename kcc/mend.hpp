#pragma once

// Mending: what two planes leave open where the network is narrow, closed one connection at a time.

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "kcc/replicas.hpp"
#include "kcc/standby.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The paths of the standby connections that the plan has already, by source and destination.
using StandbyWays = std::map<std::pair<sites::ControllerId, sites::ControllerId>, SitePath>;

/// The standby pulls that one naming context lacks besides `pulls` (of both planes, between sites),
/// so that the loss of any one replica or site link leaves everyone else reached who was reached
/// before, wherever a legal path is left. `forest` is sound; `replicas` has an entry for each site.
/// Two controllers have one standby connection: where it is in `ways` its path is what counts.
std::vector<SitePull> mend(const sites::Forest& forest, sites::NamingContextId context,
                           const std::vector<SiteReplicas>& replicas,
                           const std::vector<SitePull>& pulls, const StandbyWays& ways);

}  // namespace ringspan::kcc
