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
  /// `graph` is of all connections of `topology`; both must outlive it.
  Losses(const ReplicaGraph& graph, const Topology& topology);

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
  /// Primary or standby connections with those inside the sites. A plane that joins all of the core
  /// by itself proves what is left of it: only what the loss takes of that plane must be made up.
  enum class Plane { all, primary, standby };
  bool is_in(Plane plane, const Edge& edge) const;

  /// The ends of what fell of a plane: who is no longer told by someone of the core, who no longer
  /// tells one.
  struct Torn {
    Places heads;
    Places tails;
    Places sources;  // of the core, still there
  };

  /// Whom the hub reaches, as far as it has been asked for; or who reaches it.
  struct HubSide {
    const Edges& away;
    const Edges& towards;
    Marks& marks;
    Places reached;
    std::size_t next = 0;
  };

  void fell(const Fallen& fallen);
  bool is_gone(std::size_t at) const { return gone_.has(at); }
  bool is_gone(const Edge& edge) const { return gone_.has(edge.to) || cut_.has(edge.over); }
  bool is_inner(std::size_t at) const { return core_.parts[at] == core_.part; }

  Core core();
  Places parts();
  Places flood(const Edges& edges, Places front, Marks& marks, Plane plane = Plane::all);
  bool spans(Plane plane);
  std::size_t torn_edges(Plane plane, const Fallen& fallen) const;
  Plane best_proof(const Fallen& fallen) const;
  Torn torn(Plane plane, const Fallen& fallen) const;
  std::optional<Places> apart_nearby(const Fallen& fallen);
  std::size_t hub(const Torn& torn);
  bool joins(HubSide& side, std::size_t end);
  template <typename Known>
  Places cut_off(const Edges& ahead, const Edges& back, const Places& ends, std::size_t hub,
                 Known known);
  Places untold(const Places& heads, std::size_t hub);
  Places unheard(const Places& tails, std::size_t hub);

  const ReplicaGraph& graph_;
  const Topology& topology_;
  std::vector<Plane> proofs_{Plane::all};  // that join the whole core
  Marks gone_;                             // controllers
  Marks cut_;                              // connections
  Marks told_;
  Marks heard_;
  Marks looked_;
  Core core_;
  std::vector<bool> told_by_core_;                                        // while all is well
  std::vector<std::optional<std::pair<std::size_t, std::size_t>>> ends_;  // by connection
  Places seen_by_;  // by place, where hub() came: the look that saw it first
  std::uint64_t steps_ = 0;
};

}  // namespace ringspan::kcc
