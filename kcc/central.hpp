#pragma once

// Central: which controllers stand best to serve all replicas of a naming context, such as the
// owner of a role does.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// How what one controller writes comes to the others, over primary connections: by as few hops as
/// there are, of these ways by the cheapest.
struct Centrality {
  sites::ControllerId id;
  std::size_t unreached = 0;    ///< Replicas that never hear of it.
  std::size_t worst_hops = 0;   ///< To the farthest that does.
  std::uint64_t cost = 0;       ///< Of the ways to all of them, in sum.
  std::size_t connections = 0;  ///< That it has already, either way: its load.
  friend bool operator==(const Centrality&, const Centrality&) = default;
};

/// More reached, fewer hops, less cost, less load, the lower id.
bool is_more_central(const Centrality& left, const Centrality& right);

/// Of each candidate that is a writable replica of the context, the most central first. Of more
/// than 256 only those with the most connections are looked at.
std::vector<Centrality> most_central(const sites::Forest& forest, const Topology& topology,
                                     sites::NamingContextId context,
                                     const std::vector<sites::ControllerId>& candidates);

}  // namespace ringspan::kcc
