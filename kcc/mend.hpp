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

/// What one group pulls between sites.
struct Planes {
  const std::vector<SitePull>& first;
  const std::vector<SitePull>& second;  ///< Some may pull so in the first plane already.
};

/// Another path for a connection that the plan has.
struct WayRound {
  sites::ControllerId destination;
  sites::ControllerId source;
  bool standby = false;
  std::vector<std::size_t> links;  ///< From the source's site to the destination's.
};

struct Mending {
  std::vector<SitePull> added;
  std::vector<WayRound> ways_round;
  std::vector<std::size_t> followed;  ///< Vertices, by the searches for it (SiteGraph::Bounds).
};

/// The standby pulls that one group of naming contexts lacks besides its planes, so that the loss
/// of any one replica or site link leaves everyone else reached who was reached before, wherever a
/// legal path is left. `forest` is sound, and `graph` is of it. Two controllers have one standby
/// connection: where it is in `ways` its path is what counts. Where only those two can tell each
/// other who are connected over the lost link, their connection is given a way round it.
Mending mend(const sites::Forest& forest, const SiteGraph& graph, const ContextGroup& group,
             const Planes& planes, const StandbyWays& ways);

}  // namespace ringspan::kcc
