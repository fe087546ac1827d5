#pragma once

// The judge: what a topology has to hold, worked out by brute force from the forest alone. Shares
// no code with the planner.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan {

using ControllerPair = std::pair<sites::ControllerId, sites::ControllerId>;
using SitePairCosts = std::map<std::pair<sites::SiteId, sites::SiteId>, std::uint64_t>;

/// The cheapest legal way between each pair of sites that has one, found by walking every simple
/// path over every set of links that may be combined.
SitePairCosts legal_paths(const sites::Forest& forest);

/// Pairs (source, destination) of which the second may pull the context from the first. Partial
/// replicas feed partial ones only; while all is well, none in a site that holds a writable
/// replica. A standby may stand by for the day that this one is lost.
std::set<ControllerPair> allowed_pulls(const sites::Forest& forest,
                                       const sites::NamingContext& context,
                                       const SitePairCosts& paths, bool standby = false);

/// Pairs (writable replica, replica) of which the second hears the first over `pulls`.
std::set<ControllerPair> reach(const sites::Forest& forest, const sites::NamingContext& context,
                               const std::set<ControllerPair>& pulls);

/// The primary pulls of a topology that carry the context, or its standby ones.
std::set<ControllerPair> planned_pulls(const kcc::Topology& topology,
                                       const sites::NamingContext& context, bool standby = false);

/// The cost of a least tree that joins writable sites first, then the partial ones that they reach;
/// empty where that question has no single answer: read-only controllers, or writable sites that
/// nothing joins.
std::optional<std::uint64_t> least_tree_cost(const sites::Forest& forest,
                                             const sites::NamingContext& context,
                                             const SitePairCosts& paths);

}  // namespace ringspan
