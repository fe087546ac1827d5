#pragma once

// Ways to bring a part of the trees between sites within a radius (bounded_tree.hpp). Both give for
// each site of the part but the new root its parent, or nothing where the part cannot be helped.

#include <cstddef>
#include <utility>
#include <vector>

#include "kcc/replicas.hpp"
#include "kcc/rooted.hpp"
#include "kcc/site_graph.hpp"

namespace ringspan::kcc {

using Parents = std::vector<std::pair<std::size_t, std::size_t>>;  // site, its parent

/// Searches over all pairs of the part's sites, with the likeliest middles as roots: branches that
/// are too deep move where they cost least for what they gain, then any move that saves is made.
/// The cheapest tree found; of equals the one with the lower root.
Parents rehang(const SiteGraph& graph, const std::vector<SiteColour>& colours, const Rooted& rooted,
               const RootedPart& part, std::size_t radius);

/// Parts the tree below its root into clusters of like size, around their top sites as hubs, and
/// each cluster again, until a cluster is shallow enough to stay as it is. One level less than
/// `radius`, so that most sites need a single bridgehead.
Parents hang_on_hubs(const std::vector<SiteColour>& colours, const Rooted& rooted,
                     const RootedPart& part, std::size_t radius);

}  // namespace ringspan::kcc
