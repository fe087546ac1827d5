#pragma once

// ReplicaGraph: who pulls a naming context from whom, on places in the sorted list of controllers.
// Analysis and certificate walk over it.

#include <cstddef>
#include <vector>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

struct ReplicaGraph {
  struct Edge {
    std::size_t to = 0;
    std::size_t over = 0;  ///< Place in the topology's connections.
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  using Edges = std::vector<std::vector<Edge>>;

  std::vector<sites::ReplicaKind> kinds;  ///< By controller.
  Edges out;                              ///< To whom its changes go; in the order of the plan.
  Edges in;

  std::size_t size() const { return kinds.size(); }
  bool is_writable(std::size_t at) const { return kinds[at] == sites::ReplicaKind::writable; }
  bool is_replica(std::size_t at) const { return kinds[at] != sites::ReplicaKind::none; }
};

enum class Planes { primary, all };

/// One graph for all contexts that the same replicas hold and the same connections carry.
struct ReplicaGraphs {
  std::vector<ReplicaGraph> graphs;  ///< In the order of the first context of each.
  std::vector<std::size_t> of;       ///< By place in the forest's list of contexts.
};

/// `forest` must be sound (sound.hpp). Connections of controllers that it does not know are left
/// out.
ReplicaGraphs replica_graphs(const sites::Forest& forest, const Topology& topology, Planes planes);

}  // namespace ringspan::kcc
