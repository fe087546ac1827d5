#pragma once

// Bridgeheads: which controllers carry what crosses a pair of sites. The administrator may prefer
// some and switch others off.

#include <cstddef>
#include <vector>

#include "kcc/replicas.hpp"

namespace ringspan::kcc {

/// Those of `group`, which are replicas of the site, that may pull from other sites (destinations)
/// or be pulled from (sources): whoever has inbound or outbound replication disabled may not; of
/// those who may, the preferred bridgeheads alone, where there are any (active-directory A3, A9).
/// Unlike there, a preferred bridgehead that may not leaves the others in charge.
std::vector<sites::ControllerId> destinations_among(const std::vector<sites::ControllerId>& group,
                                                    const SiteReplicas& site);
std::vector<sites::ControllerId> sources_among(const std::vector<sites::ControllerId>& group,
                                               const SiteReplicas& site);

/// One thing that must cross: some controller of `destinations` has to pull the naming contexts of
/// the group from some controller of `sources`, which stand in the two sites of the pair.
struct Demand {
  const ContextGroup* group = nullptr;
  bool forward = false;  ///< From the lower site of the pair to the higher.
  std::vector<sites::ControllerId> sources;
  std::vector<sites::ControllerId> destinations;
};

/// What the site `destination` needs of `source`, for one group of naming contexts: one pull by any
/// controller that can pass it on in its site, and one pull by each read-only replica that no one
/// there can feed. Nothing where no one may pull or be pulled from, or the site is fed by hand.
std::vector<Demand> demands(const ContextGroup& group, bool forward, std::size_t source,
                            std::size_t destination);

/// A demand and who meets it.
struct Crossing {
  const ContextGroup* group = nullptr;
  bool forward = false;
  sites::ControllerId destination;
  sites::ControllerId source;
};

/// Meets every demand with as few pairs of controllers as a greedy choice finds, each pair serving
/// both ways and as many naming contexts as it can. Among equals a rendezvous hash of the two sites
/// decides: each pair of sites picks for itself, so load spreads, and a controller that comes or
/// goes moves only what it carries.
std::vector<Crossing> meet(const std::vector<Demand>& demands, sites::SiteId lower,
                           sites::SiteId higher);

}  // namespace ringspan::kcc
