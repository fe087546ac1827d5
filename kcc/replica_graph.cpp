#include "kcc/replica_graph.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace ringspan::kcc {
namespace {

struct Ends {
  std::size_t from = 0;
  std::size_t to = 0;
};

std::optional<std::size_t> place(const sites::Forest& forest, sites::ControllerId id) {
  const auto found = std::ranges::lower_bound(forest.controllers, id, {}, &sites::Controller::id);
  if (found == forest.controllers.end() || found->id != id) return std::nullopt;
  return static_cast<std::size_t>(found - forest.controllers.begin());
}

std::vector<std::optional<Ends>> ends_of(const sites::Forest& forest, const Topology& topology,
                                         Planes planes) {
  std::vector<std::optional<Ends>> ends;
  for (const Connection& one : topology.connections) {
    const auto from = place(forest, one.source);
    const auto to = place(forest, one.destination);
    const bool counts = (planes == Planes::all || !one.standby) && from && to;
    ends.push_back(counts ? std::optional(Ends{*from, *to}) : std::nullopt);
  }
  return ends;
}

/// What tells the graphs of two contexts apart.
using Shape = std::pair<std::vector<sites::ReplicaKind>, std::vector<std::size_t>>;

}  // namespace

ReplicaGraphs replica_graphs(const sites::Forest& forest, const Topology& topology, Planes planes) {
  const auto ends = ends_of(forest, topology, planes);
  ReplicaGraphs all;
  std::map<Shape, std::size_t> known;
  for (const sites::NamingContext& context : forest.naming_contexts) {
    Shape shape;
    for (const auto& controller : forest.controllers)
      shape.first.push_back(sites::replica_kind(controller, context));
    for (std::size_t over = 0; over < ends.size(); ++over) {
      const auto& carried = topology.connections[over].naming_contexts;
      if (ends[over] && std::ranges::binary_search(carried, context.id)) {
        shape.second.push_back(over);
      }
    }
    const auto [entry, fresh] = known.try_emplace(std::move(shape), all.graphs.size());
    all.of.push_back(entry->second);
    if (!fresh) continue;
    const auto& [kinds, carrying] = entry->first;
    ReplicaGraph graph{kinds, ReplicaGraph::Edges(kinds.size()), ReplicaGraph::Edges(kinds.size())};
    for (const std::size_t over : carrying) {
      graph.out[ends[over]->from].push_back({ends[over]->to, over});
      graph.in[ends[over]->to].push_back({ends[over]->from, over});
    }
    all.graphs.push_back(std::move(graph));
  }
  return all;
}

}  // namespace ringspan::kcc
