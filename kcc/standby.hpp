#pragma once

// Standby connections: what is planned for the day a primary connection between sites fails.
//
//     site A    S1 ═══════════► D1    site B        ═══ primary    ─ ─ standby
//               S2 ─ ─ ─ ─ ─ ─► D1                  second_source: S1 may die
//               S2 ─ ─ ─ ─ ─ ─► D2                  second_bridgehead: D1 may die; D2 pulls from D1
//     site C    T  ─ ─ ─ ─ ─ ─► D1                  second_tree: A and B may lose their link
//
// The second tree is a least tree that avoids the links of the first wherever the network has
// others. Each destination is one that notices the loss by itself.

#include <cstddef>
#include <set>
#include <vector>

#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/spanning.hpp"
#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// What one controller pulls of one naming context from another site.
struct SitePull {
  sites::NamingContextId naming_context;
  sites::ControllerId destination;
  sites::ControllerId source;
  SitePath path;  ///< From the source's site to the destination's.
  Rule rule = Rule::site_tree;
};

/// The standby pulls behind the primary ones of one naming context. `replicas` has an entry for
/// each vertex of `graph`; `second` is its tree that avoids the links of the first.
std::vector<SitePull> standby_pulls(const std::vector<SitePull>& primary,
                                    const std::vector<SiteReplicas>& replicas,
                                    const SiteGraph& graph, const SiteTree& second);

/// The places in the list of links that `pulls` cross.
std::set<std::size_t> links_of(const std::vector<SitePull>& pulls);

/// `forest` with these links made dearer than all others together.
sites::Forest without_links(sites::Forest forest, const std::set<std::size_t>& links);

}  // namespace ringspan::kcc
