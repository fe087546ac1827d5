#pragma once

// Losses: who is cut off by the loss of some controllers and connections. Most losses are settled
// where they happen, by searches that end when the neighbours of what fell have found each other
// or their small side has been walked; the rest by a flood over the whole graph.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "kcc/replica_graph.hpp"

namespace ringspan::kcc {

/// What falls together, by place.
struct Fallen {
  std::vector<std::size_t> controllers;
  std::vector<std::size_t> connections;  ///< Of the topology; those of fallen controllers may lack.
};

/// The core is the largest set of writable replicas that hear each other, and whom they reach; of
/// equals that of the lowest place.
class Losses {
 public:
  /// `graph` must outlive it.
  Losses(const ReplicaGraph& graph, std::size_t connections);

  /// Those of the core that survive but are not in the core which is left; sorted.
  std::vector<std::size_t> apart(const Fallen& fallen);
  /// The same by the definition alone: a flood over the whole graph.
  std::vector<std::size_t> apart_by_flood(const Fallen& fallen);

  /// Edges walked so far.
  std::uint64_t steps() const { return steps_; }

 private:
  using Edge = ReplicaGraph::Edge;
  using Edges = ReplicaGraph::Edges;
  using Places = std::vector<std::size_t>;

  struct Core {
    std::vector<bool> members;
    std::vector<std::size_t> parts;  // who hear each other, by place
    std::size_t part = 0;
    std::size_t writable = 0;
    std::size_t runner_up = 0;  // the same of the next part
  };
  /// By place: the search that came here last.
  struct Marks {
    std::vector<std::uint64_t> of;
    std::uint64_t now = 0;
    bool has(std::size_t at) const { return of[at] == now; }
    bool set(std::size_t at) { return !has(at) && ((of[at] = now), true); }
  };
  /// The ends of what fell: who is no longer told by someone of the core, who no longer tells one.
  struct Torn {
    Places heads;
    Places tails;
    Places sources;  // of the core, still there
  };

  void fell(const Fallen& fallen);
  bool is_gone(std::size_t at) const { return gone_.has(at); }
  bool is_gone(const Edge& edge) const { return gone_.has(edge.to) || cut_.has(edge.over); }
  bool is_inner(std::size_t at) const { return core_.parts[at] == core_.part; }

  Core core();
  Places parts();
  Places flood(const Edges& edges, Places front, Marks& marks);
  Torn torn(const Fallen& fallen) const;
  std::optional<Places> apart_nearby(const Fallen& fallen);
  std::size_t hub(const Torn& torn);
  bool leads(std::size_t from, std::size_t to);
  template <typename Known>
  Places cut_off(const Edges& ahead, const Edges& back, const Places& ends, std::size_t hub,
                 Known known);
  Places untold(const Places& heads, std::size_t hub);
  Places unheard(const Places& tails, std::size_t hub);

  const ReplicaGraph& graph_;
  Marks gone_;  // controllers
  Marks cut_;   // connections
  Marks told_;
  Marks heard_;
  Core core_;
  std::vector<bool> told_by_core_;                                        // while all is well
  std::vector<std::optional<std::pair<std::size_t, std::size_t>>> ends_;  // by connection
  Places seen_by_;  // by place, where hub() came: the look that saw it first
  std::uint64_t steps_ = 0;
};

}  // namespace ringspan::kcc
