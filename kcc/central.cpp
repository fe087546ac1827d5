#include "kcc/central.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

#include "kcc/replica_graph.hpp"
#include "kcc/sound.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kMostCandidates = 256;

/// The ways of one writer through one graph.
class Ways {
 public:
  Ways(const ReplicaGraph& graph, const Topology& topology) : graph_(graph), topology_(topology) {}

  Centrality of(std::size_t writer, sites::ControllerId id) const {
    using Length = std::pair<std::size_t, std::uint64_t>;  // hops, cost
    using Reached = std::pair<Length, std::size_t>;
    std::vector<std::optional<Length>> lengths(graph_.size());
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> waiting;
    waiting.emplace(Length{}, writer);
    Centrality found{.id = id};
    found.connections = graph_.in[writer].size() + graph_.out[writer].size();
    std::size_t reached = 0;
    while (!waiting.empty()) {
      const auto [length, at] = waiting.top();
      waiting.pop();
      if (lengths[at]) continue;
      lengths[at] = length;
      if (graph_.is_replica(at)) {
        ++reached;
        found.worst_hops = std::max(found.worst_hops, length.first);
        found.cost += length.second;
      }
      for (const auto& edge : graph_.out[at]) {
        if (lengths[edge.to]) continue;
        const std::uint64_t cost = topology_.connections[edge.over].cost.value;
        waiting.emplace(Length{length.first + 1, length.second + cost}, edge.to);
      }
    }
    const auto replicas = std::ranges::count_if(
        graph_.kinds, [](auto kind) { return kind != sites::ReplicaKind::none; });
    found.unreached = static_cast<std::size_t>(replicas) - reached;
    return found;
  }

 private:
  const ReplicaGraph& graph_;
  const Topology& topology_;
};

}  // namespace

bool is_more_central(const Centrality& left, const Centrality& right) {
  const auto rank = [](const Centrality& one) {
    return std::tuple(one.unreached, one.worst_hops, one.cost, one.connections, one.id);
  };
  return rank(left) < rank(right);
}

std::vector<Centrality> most_central(const sites::Forest& forest, const Topology& topology,
                                     sites::NamingContextId context,
                                     const std::vector<sites::ControllerId>& candidates) {
  const sites::Forest sound = sound_part(forest);
  const auto found = std::ranges::find(sound.naming_contexts, context, &sites::NamingContext::id);
  if (found == sound.naming_contexts.end()) return {};
  const ReplicaGraphs graphs = replica_graphs(sound, topology, Planes::primary);
  const ReplicaGraph& graph =
      graphs.graphs[graphs.of[static_cast<std::size_t>(found - sound.naming_contexts.begin())]];
  std::vector<std::size_t> places;
  for (const auto id : candidates) {
    const auto at = std::ranges::lower_bound(sound.controllers, id, {}, &sites::Controller::id);
    if (at == sound.controllers.end() || at->id != id) continue;
    const auto place = static_cast<std::size_t>(at - sound.controllers.begin());
    if (graph.is_writable(place)) places.push_back(place);
  }
  std::ranges::stable_sort(places, std::greater(), [&](std::size_t place) {
    return graph.in[place].size() + graph.out[place].size();
  });
  if (places.size() > kMostCandidates) places.resize(kMostCandidates);
  const Ways ways(graph, topology);
  std::vector<Centrality> ranked;
  for (const std::size_t place : places)
    ranked.push_back(ways.of(place, sound.controllers[place].id));
  std::ranges::sort(ranked, is_more_central);
  return ranked;
}

}  // namespace ringspan::kcc
