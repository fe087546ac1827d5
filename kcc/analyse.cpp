#include "kcc/analyse.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "kcc/blocks.hpp"
#include "kcc/replica_graph.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/sound.hpp"
#include "kcc/spanning.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

/// What every naming context on one graph has in common.
struct Reach {
  Hops hops;
  std::size_t unreached = 0;
};

/// Works on places in the sorted list of controllers.
class Analyst {
 public:
  Analyst(const sites::Forest& forest, const Topology& topology)
      : forest_(forest),
        topology_(topology),
        graph_(forest),
        pulls_(replica_graphs(forest, topology, Planes::primary)) {
    for (const ReplicaGraph& pulls : pulls_.graphs)
      reach_.push_back(reach(pulls));
  }

  Analysis analyse();

 private:
  ContextAnalysis analyse(const sites::NamingContext& context);
  Reach reach(const ReplicaGraph& pulls) const;
  std::size_t full_mesh() const;
  std::uint64_t tree_cost(sites::NamingContextId context) const;
  std::uint64_t least_cost(const sites::NamingContext& context);

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
  ReplicaGraphs pulls_;  // over primary connections
  std::vector<Reach> reach_;
  std::map<std::vector<SiteColour>, std::uint64_t> least_costs_;
};

bool carries(const Connection& connection, sites::NamingContextId context) {
  return std::ranges::binary_search(connection.naming_contexts, context);
}

/// The first replica in order that is so far away.
std::size_t first_at(std::size_t hops, std::size_t from, const ReplicaGraph& pulls) {
  std::vector<bool> seen(pulls.size());
  std::vector<std::size_t> front{from};
  seen[from] = true;
  for (std::size_t gone = 0; gone < hops; ++gone) {
    std::vector<std::size_t> next;
    for (const std::size_t at : front) {
      for (const auto& edge : pulls.out[at]) {
        if (seen[edge.to]) continue;
        seen[edge.to] = true;
        next.push_back(edge.to);
      }
    }
    front = std::move(next);
  }
  std::erase_if(front, [&pulls](std::size_t at) { return !pulls.is_replica(at); });
  return std::ranges::min(front);
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
  analysis.full_mesh = full_mesh();
  return analysis;
}

ContextAnalysis Analyst::analyse(const sites::NamingContext& context) {
  ContextAnalysis analysis;
  analysis.naming_context = context.id;
  for (const Connection& connection : topology_.connections) {
    if (!carries(connection, context.id)) continue;
    ++(connection.standby ? analysis.standby : analysis.connections);
  }
  const std::size_t graph =
      pulls_.of[static_cast<std::size_t>(&context - forest_.naming_contexts.data())];
  const auto& kinds = pulls_.graphs[graph].kinds;
  const auto writable =
      static_cast<std::size_t>(std::ranges::count(kinds, sites::ReplicaKind::writable));
  analysis.hops = reach_[graph].hops;
  analysis.unreached = reach_[graph].unreached;
  analysis.replicas =
      kinds.size() - static_cast<std::size_t>(std::ranges::count(kinds, sites::ReplicaKind::none));
  analysis.full_mesh = writable == 0 ? 0 : writable * (analysis.replicas - 1);
  analysis.tree_cost = tree_cost(context.id);
  analysis.least_cost = least_cost(context);
  return analysis;
}

Reach Analyst::reach(const ReplicaGraph& pulls) const {
  std::vector<bool> replicas;
  for (std::size_t at = 0; at < pulls.size(); ++at)
    replicas.push_back(pulls.is_replica(at));
  const Blocks blocks(pulls.out);
  const Outlooks ahead(pulls.out, replicas, blocks);
  const auto all = static_cast<std::size_t>(std::ranges::count(replicas, true));
  Reach reach;
  std::size_t start = kFar;
  for (std::size_t from = 0; from < pulls.size(); ++from) {
    if (!pulls.is_writable(from)) continue;
    const Outlook& outlook = ahead.of(from);
    reach.unreached += all - outlook.count;
    if (outlook.farthest <= reach.hops.worst) continue;
    reach.hops.worst = outlook.farthest;
    start = from;
  }
  if (start == kFar) return reach;
  reach.hops.from = forest_.controllers[start].id;
  reach.hops.to = forest_.controllers[first_at(reach.hops.worst, start, pulls)].id;
  return reach;
}

/// Controllers that hold the same of everything are counted together.
std::size_t Analyst::full_mesh() const {
  std::map<std::vector<sites::ReplicaKind>, std::size_t> alike;
  for (std::size_t at = 0; at < forest_.controllers.size(); ++at) {
    std::vector<sites::ReplicaKind> holdings;
    for (const ReplicaGraph& pulls : pulls_.graphs)
      holdings.push_back(pulls.kinds[at]);
    ++alike[holdings];
  }
  const auto shares = [](sites::ReplicaKind source, sites::ReplicaKind destination) {
    return source == sites::ReplicaKind::writable && destination != sites::ReplicaKind::none;
  };
  std::size_t connections = 0;
  for (const auto& [source, sources] : alike) {
    for (const auto& [destination, destinations] : alike) {
      const std::size_t others = &source == &destination ? destinations - 1 : destinations;
      if (!std::ranges::equal(source, destination, std::not_fn(shares))) {
        connections += sources * others;
      }
    }
  }
  return connections;
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

std::uint64_t Analyst::least_cost(const sites::NamingContext& context) {
  std::vector<SiteColour> colours;
  for (const SiteReplicas& replicas : replicas_by_site(forest_, context)) {
    colours.push_back(colour_of(replicas));
  }
  const auto [entry, fresh] = least_costs_.try_emplace(colours);
  if (fresh) entry->second = least_site_tree(graph_, colours).cost();
  return entry->second;
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
