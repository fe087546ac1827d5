#pragma once

// Mending: what two planes leave open where the network is narrow, closed one connection at a time.

#include <cstddef>
#include <vector>

#include "kcc/replicas.hpp"
#include "kcc/standby.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The standby pulls that one naming context lacks besides `pulls` (of both planes, between sites),
/// so that the loss of any one replica or site link leaves everyone else reached who was reached
/// before, wherever a legal path is left. `forest` is sound; `replicas` has an entry for each site.
std::vector<SitePull> mend(const sites::Forest& forest, sites::NamingContextId context,
                           const std::vector<SiteReplicas>& replicas,
                           const std::vector<SitePull>& pulls);

}  // namespace ringspan::kcc
