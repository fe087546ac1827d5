#include "kcc/plan.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "kcc/bridgeheads.hpp"
#include "kcc/intrasite.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/sound.hpp"
#include "kcc/spanning.hpp"
#include "kcc/standby.hpp"

namespace ringspan::kcc {
namespace {

/// What crosses one pair of sites, all naming contexts together.
struct SitePair {
  SitePath path;  ///< The best one; naming contexts share it.
  std::vector<Demand> demands;
};

/// Gathers the topology, one naming context after the other. Contexts whose replicas colour the
/// sites alike share a tree.
class Planner {
 public:
  explicit Planner(const sites::Forest& forest) : forest_(forest), graph_(forest) {}

  Topology plan() {
    for (const sites::NamingContext& context : forest_.naming_contexts)
      plan(context);
    for (const auto& [sites, pair] : pairs_)
      connect(pair);
    if (forest_.policy.redundancy > 1) {
      for (const sites::NamingContext& context : forest_.naming_contexts)
        stand_by(context);
    }
    Topology topology;
    for (auto& [ends, connection] : connections_) {
      topology.connections.push_back(std::move(connection));
    }
    topology.islands = std::move(islands_);
    return topology;
  }

 private:
  void plan(const sites::NamingContext& context);
  void cross(const sites::NamingContext& context, const SiteEdge& edge,
             const std::vector<SiteReplicas>& replicas);
  void connect(const SitePair& pair);
  void connect(const SitePull& pull);
  void stand_by(const sites::NamingContext& context);
  void note_islands(const sites::NamingContext& context, const SiteTree& tree);

  const SiteTree& tree_of(const std::vector<SiteColour>& colours) {
    const auto found = trees_.find(colours);
    if (found != trees_.end()) return found->second;
    return trees_.emplace(colours, least_site_tree(graph_, colours)).first->second;
  }

  /// New ones carry nothing yet.
  Connection& connection(sites::ControllerId destination, sites::ControllerId source, Rule rule) {
    const bool standby = is_standby(rule);
    Connection& connection = connections_[{destination, source, standby}];
    if (!connection.naming_contexts.empty()) return connection;
    connection.destination = destination;
    connection.source = source;
    connection.standby = standby;
    connection.rule = rule;
    return connection;
  }

  const sites::Forest& forest_;
  SiteGraph graph_;
  std::map<std::vector<SiteColour>, SiteTree> trees_;
  std::map<std::pair<std::vector<SiteColour>, std::set<std::size_t>>, SiteTree> second_trees_;
  std::map<std::pair<std::size_t, std::size_t>, SitePair> pairs_;
  std::map<std::tuple<sites::ControllerId, sites::ControllerId, bool>, Connection> connections_;
  std::map<sites::NamingContextId, std::vector<SitePull>> primary_;  // between sites
  std::vector<Islands> islands_;
};

void Planner::plan(const sites::NamingContext& context) {
  const auto replicas = replicas_by_site(forest_, context);
  std::vector<SiteColour> colours;
  for (const SiteReplicas& site : replicas) {
    colours.push_back(colour_of(site));
    for (const Pull& pull : inside(site)) {
      connection(pull.destination, pull.source, pull.rule).naming_contexts.push_back(context.id);
    }
  }
  const SiteTree& tree = tree_of(colours);
  for (const SiteEdge& edge : tree.edges)
    cross(context, edge, replicas);
  note_islands(context, tree);
}

void Planner::cross(const sites::NamingContext& context, const SiteEdge& edge,
                    const std::vector<SiteReplicas>& replicas) {
  const auto [entry, fresh] =
      pairs_.emplace(std::pair(edge.path.from, edge.path.to), SitePair{edge.path, {}});
  SitePair& pair = entry->second;
  if (!fresh && ranks_before(edge.path, pair.path)) pair.path = edge.path;
  const auto add = [&](bool forward, std::size_t source, std::size_t destination) {
    std::ranges::move(demands(context.id, forward, replicas[source], replicas[destination]),
                      std::back_inserter(pair.demands));
  };
  if (edge.forward) add(true, edge.path.from, edge.path.to);
  if (edge.backward) add(false, edge.path.to, edge.path.from);
}

void Planner::connect(const SitePair& pair) {
  const sites::SiteId lower = graph_.site(pair.path.from);
  const sites::SiteId higher = graph_.site(pair.path.to);
  for (const Crossing& crossing : meet(pair.demands, lower, higher)) {
    const SitePull pull{.naming_context = crossing.naming_context,
                        .destination = crossing.destination,
                        .source = crossing.source,
                        .path = crossing.forward ? pair.path : reversed(pair.path)};
    connect(pull);
    primary_[crossing.naming_context].push_back(pull);
  }
}

void Planner::connect(const SitePull& pull) {
  Connection& made = connection(pull.destination, pull.source, pull.rule);
  made.naming_contexts.push_back(pull.naming_context);
  if (made.naming_contexts.size() > 1) return;  // contexts share the way
  made.schedule = pull.path.schedule;
  made.interval = {};
  for (const std::size_t at : pull.path.links) {
    const sites::SiteLink& link = graph_.link(at);
    made.path.push_back(link.id);
    made.cost = made.cost + link.cost;
    made.interval = std::max(made.interval, link.interval);
    made.notify = made.notify && link.notify;
    made.compress = made.compress || link.compress;
  }
}

void Planner::stand_by(const sites::NamingContext& context) {
  const std::vector<SitePull>& primary = primary_[context.id];
  const auto replicas = replicas_by_site(forest_, context);
  std::vector<SiteColour> colours;
  for (const SiteReplicas& site : replicas)
    colours.push_back(colour_of(site));
  const auto avoided = links_of(primary);
  const auto [second, fresh] = second_trees_.try_emplace({colours, avoided});
  if (fresh) {
    const sites::Forest detours = without_links(forest_, avoided);
    second->second = least_site_tree(SiteGraph(detours), colours);
  }
  for (const SitePull& pull : standby_pulls(primary, replicas, graph_, second->second))
    connect(pull);
}

void Planner::note_islands(const sites::NamingContext& context, const SiteTree& tree) {
  if (tree.islands.size() < 2) return;
  Islands islands{context.id, {}};
  for (const auto& island : tree.islands) {
    auto& sites = islands.islands.emplace_back();
    for (const std::size_t vertex : island)
      sites.push_back(graph_.site(vertex));
  }
  islands_.push_back(std::move(islands));
}

}  // namespace

Topology plan(const sites::Forest& forest) {
  const sites::Forest sound = sound_part(forest);
  Topology topology = Planner(sound).plan();
  for (Connection& connection : topology.connections) {
    std::ranges::sort(connection.naming_contexts);
  }
  return topology;
}

}  // namespace ringspan::kcc
