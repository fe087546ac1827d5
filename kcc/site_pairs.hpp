#pragma once

// The pairs of sites that a plane joins, and which of their controllers it joins them by.

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "kcc/bridgeheads.hpp"
#include "kcc/site_graph.hpp"

namespace ringspan::kcc {

/// What crosses one pair of sites, all groups of naming contexts together.
struct SitePair {
  std::vector<Demand> demands;
  std::vector<Crossing> crossings;  ///< How choose_bridgeheads() meets them.
};
using SitePairs = std::map<std::pair<std::size_t, std::size_t>, SitePair>;  // the lower site first

/// Meets the demands of each pair, one after the other in the order of the sites: no controller
/// carries more than a quarter above its share of its site's pairs, as far as there are others.
void choose_bridgeheads(const SiteGraph& graph, SitePairs& pairs);

}  // namespace ringspan::kcc
