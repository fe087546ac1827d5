#pragma once

// The hop bound between sites. A least tree may be a long chain; here its branches are hung on
// other sites, nearer to one in the middle, until none is deeper than the bound allows.
//
//     least tree            o─o─o─o─o─o─o─o─o            8 edges from end to end
//     within radius 3             ╭───o─o                the far ends hang further in,
//                       o─o─o─╴o╶─o─o─o                  at the least extra cost found

#include <cstddef>
#include <vector>

#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/spanning.hpp"

namespace ringspan::kcc {

/// `tree` with as few changes as it takes that in each of its parts some red site is at most
/// `radius` edges away from every other site. Up to 256 sites a part, the cost is what a greedy
/// repair and a local search from the likeliest middles reach; above, the sites are parted along
/// the least tree around hubs, which takes time near linear in their number.
///
/// A part stays as it is where it has no red site, or is no tree, since some site hears two groups
/// that no legal path joins; and what no legal path brings nearer stays deeper.
///
/// `memory` may hold what it kept of such a tree before, of the same colours.
SiteTree within_radius(const SiteGraph& graph, const std::vector<SiteColour>& colours,
                       SiteTree tree, std::size_t radius, PathMemory& memory);

}  // namespace ringspan::kcc
