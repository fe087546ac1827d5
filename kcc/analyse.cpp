#include "kcc/analyse.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/sound.hpp"
#include "kcc/spanning.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

using Neighbours = std::vector<std::vector<std::size_t>>;

/// Works on places in the sorted list of controllers.
class Analyst {
 public:
  Analyst(const sites::Forest& forest, const Topology& topology)
      : forest_(forest),
        topology_(topology),
        graph_(forest),
        mesh_(forest.controllers.size(), std::vector<bool>(forest.controllers.size())) {}

  Analysis analyse();

 private:
  ContextAnalysis analyse(const sites::NamingContext& context);
  void measure_hops(const sites::NamingContext& context, ContextAnalysis& analysis);
  void count_full_mesh(const sites::NamingContext& context, ContextAnalysis& analysis);
  std::uint64_t tree_cost(sites::NamingContextId context) const;
  std::uint64_t least_cost(const sites::NamingContext& context) const;
  Neighbours destinations(sites::NamingContextId context) const;

  /// Controllers that the forest does not know are nowhere.
  std::size_t place(sites::ControllerId id) const {
    const auto found =
        std::ranges::lower_bound(forest_.controllers, id, {}, &sites::Controller::id);
    if (found == forest_.controllers.end() || found->id != id) return kFar;
    return static_cast<std::size_t>(found - forest_.controllers.begin());
  }

  const sites::Forest& forest_;
  const Topology& topology_;
  SiteGraph graph_;
  std::vector<std::vector<bool>> mesh_;  // source, destination
};

bool carries(const Connection& connection, sites::NamingContextId context) {
  return std::ranges::binary_search(connection.naming_contexts, context);
}

/// Hops from `start` to everyone, by breadth.
std::vector<std::size_t> hops_from(std::size_t start, const Neighbours& destinations) {
  std::vector<std::size_t> hops(destinations.size(), kFar);
  std::vector<std::size_t> front{start};
  hops[start] = 0;
  for (std::size_t distance = 1; !front.empty(); ++distance) {
    std::vector<std::size_t> next;
    for (const std::size_t at : front) {
      for (const std::size_t destination : destinations[at]) {
        if (hops[destination] != kFar) continue;
        hops[destination] = distance;
        next.push_back(destination);
      }
    }
    front = std::move(next);
  }
  return hops;
}

Analysis Analyst::analyse() {
  Analysis analysis;
  std::vector<const sites::NamingContext*> contexts;
  for (const auto& context : forest_.naming_contexts)
    contexts.push_back(&context);
  std::ranges::sort(contexts, {}, [](const auto* context) {
    return std::tuple(context->kind, context->dn, context->id);
  });
  for (const auto* context : contexts)
    analysis.naming_contexts.push_back(analyse(*context));
  std::map<sites::ControllerId, std::size_t> inbound;
  for (const Connection& connection : topology_.connections) {
    ++(connection.standby ? analysis.standby : analysis.connections);
    ++inbound[connection.destination];
  }
  for (const auto& [id, count] : inbound) {
    if (count <= analysis.most_inbound) continue;
    analysis.most_inbound = count;
    analysis.busiest = id;
  }
  for (const auto& destinations : mesh_) {
    analysis.full_mesh += static_cast<std::size_t>(std::ranges::count(destinations, true));
  }
  return analysis;
}

ContextAnalysis Analyst::analyse(const sites::NamingContext& context) {
  ContextAnalysis analysis;
  analysis.naming_context = context.id;
  for (const Connection& connection : topology_.connections) {
    if (!carries(connection, context.id)) continue;
    ++(connection.standby ? analysis.standby : analysis.connections);
  }
  measure_hops(context, analysis);
  count_full_mesh(context, analysis);
  analysis.tree_cost = tree_cost(context.id);
  analysis.least_cost = least_cost(context);
  return analysis;
}

Neighbours Analyst::destinations(sites::NamingContextId context) const {
  Neighbours destinations(forest_.controllers.size());
  for (const Connection& connection : topology_.connections) {
    if (connection.standby || !carries(connection, context)) continue;
    const std::size_t source = place(connection.source);
    const std::size_t destination = place(connection.destination);
    if (source == kFar || destination == kFar) continue;
    destinations[source].push_back(destination);
  }
  return destinations;
}

void Analyst::measure_hops(const sites::NamingContext& context, ContextAnalysis& analysis) {
  const Neighbours pulls = destinations(context.id);
  const auto& controllers = forest_.controllers;
  for (std::size_t from = 0; from < controllers.size(); ++from) {
    if (sites::replica_kind(controllers[from], context) != sites::ReplicaKind::writable) continue;
    const auto hops = hops_from(from, pulls);
    for (std::size_t to = 0; to < controllers.size(); ++to) {
      if (sites::replica_kind(controllers[to], context) == sites::ReplicaKind::none) continue;
      if (hops[to] == kFar) {
        ++analysis.unreached;
      } else if (hops[to] > analysis.hops.worst) {
        analysis.hops = {hops[to], controllers[from].id, controllers[to].id};
      }
    }
  }
}

void Analyst::count_full_mesh(const sites::NamingContext& context, ContextAnalysis& analysis) {
  const auto& controllers = forest_.controllers;
  std::vector<std::size_t> replicas;
  for (std::size_t at = 0; at < controllers.size(); ++at) {
    if (sites::replica_kind(controllers[at], context) != sites::ReplicaKind::none) {
      replicas.push_back(at);
    }
  }
  analysis.replicas = replicas.size();
  for (const std::size_t source : replicas) {
    if (sites::replica_kind(controllers[source], context) != sites::ReplicaKind::writable) continue;
    for (const std::size_t destination : replicas) {
      if (source == destination) continue;
      ++analysis.full_mesh;
      mesh_[source][destination] = true;
    }
  }
}

std::uint64_t Analyst::tree_cost(sites::NamingContextId context) const {
  std::map<std::pair<sites::SiteId, sites::SiteId>, sites::Cost> pairs;
  for (const Connection& connection : topology_.connections) {
    if (connection.standby || !carries(connection, context)) continue;
    const std::size_t source = place(connection.source);
    const std::size_t destination = place(connection.destination);
    if (source == kFar || destination == kFar) continue;
    const auto ends =
        std::minmax(forest_.controllers[source].site, forest_.controllers[destination].site);
    if (ends.first != ends.second) pairs[ends] = connection.cost;
  }
  std::uint64_t sum = 0;
  for (const auto& [ends, cost] : pairs)
    sum += cost.value;
  return sum;
}

std::uint64_t Analyst::least_cost(const sites::NamingContext& context) const {
  std::vector<SiteColour> colours;
  for (const SiteReplicas& replicas : replicas_by_site(forest_, context)) {
    colours.push_back(colour_of(replicas));
  }
  return least_site_tree(graph_, colours).cost();
}

}  // namespace

std::size_t Analysis::unreached() const {
  std::size_t pairs = 0;
  for (const ContextAnalysis& context : naming_contexts)
    pairs += context.unreached;
  return pairs;
}

Analysis analyse(const sites::Forest& forest, const Topology& topology) {
  const sites::Forest sound = sound_part(forest);
  return Analyst(sound, topology).analyse();
}

}  // namespace ringspan::kcc
