#include "kcc/plan.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "kcc/bounded_tree.hpp"
#include "kcc/bridgeheads.hpp"
#include "kcc/hop_budget.hpp"
#include "kcc/intrasite.hpp"
#include "kcc/mend.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/sound.hpp"
#include "kcc/spanning.hpp"
#include "kcc/standby.hpp"
#include "kcc/standing.hpp"

namespace ringspan::kcc {
namespace {

/// What crosses one pair of sites, all naming contexts together.
struct SitePair {
  SitePath path;  ///< The best one; naming contexts share it.
  std::vector<Demand> demands;
};

using SitePairs = std::map<std::pair<std::size_t, std::size_t>, SitePair>;

/// The pair's demands; its path is the best of those offered.
std::vector<Demand>& demands_of(SitePairs& pairs, const SitePath& path) {
  const auto [entry, fresh] = pairs.emplace(std::pair(path.from, path.to), SitePair{path, {}});
  SitePair& pair = entry->second;
  if (!fresh && ranks_before(path, pair.path)) pair.path = path;
  return pair.demands;
}

/// Whether the second plane is known to survive every loss: two feed everywhere, and every pull of
/// the first crosses one link of two sites, which no other pair of sites does (standby.hpp).
bool is_plain(const sites::Forest& forest, const std::vector<SiteReplicas>& replicas,
              const std::vector<SitePull>& pulls) {
  return forest.policy.bridge_all_site_links &&
         std::ranges::all_of(forest.links,
                             [](const auto& link) { return link.sites.size() == 2; }) &&
         std::ranges::all_of(replicas, [](const auto& site) { return site.writable.size() > 1; }) &&
         std::ranges::all_of(pulls, [](const SitePull& pull) {
           return is_standby(pull.rule) || pull.path.links.size() == 1;
         });
}

/// What mending one naming context took and gave.
struct Mended {
  const std::vector<SiteReplicas>* replicas = nullptr;
  const std::vector<SitePull>* pulls = nullptr;
  std::vector<SitePull> added{};
};

/// But for the naming context the two were given the same.
bool is_alike(const Mended& left, const Mended& right) {
  return *left.replicas == *right.replicas &&
         std::ranges::equal(*left.pulls, *right.pulls, [](const SitePull& one, SitePull other) {
           other.naming_context = one.naming_context;
           return one == other;
         });
}

/// Gathers the topology, one naming context after the other. Contexts whose replicas colour the
/// sites alike share a tree.
class Planner {
 public:
  explicit Planner(const sites::Forest& forest) : forest_(forest), graph_(forest) {}

  Topology plan() {
    for (const sites::NamingContext& context : forest_.naming_contexts)
      plan(context);
    connect_all(first_, Rule::site_tree);
    if (forest_.policy.redundancy > 1 && is_bounded()) stand_by();
    add_manual();
    Topology topology;
    for (auto& [ends, connection] : connections_) {
      topology.connections.push_back(std::move(connection));
    }
    topology.islands = std::move(islands_);
    return topology;
  }

 private:
  void plan(const sites::NamingContext& context);
  static std::size_t most_carried(std::size_t pairs, std::size_t able);
  void connect_all(const SitePairs& pairs, Rule rule);
  std::vector<Crossing> connect(const SitePair& pair, Rule rule);
  void connect(const SitePull& pull);
  void stand_by();
  void add_manual();
  void second_plane(const sites::NamingContext& context, const std::vector<SiteReplicas>& replicas);
  void note_islands(const sites::NamingContext& context, const SiteTree& tree);

  const SiteTree& tree_of(const std::vector<SiteColour>& colours) {
    const auto found = trees_.find(colours);
    if (found != trees_.end()) return found->second;
    SiteTree tree = least_site_tree(graph_, colours);
    tree = within_radius(graph_, colours, std::move(tree), bound() / 2);
    return trees_.emplace(colours, std::move(tree)).first->second;
  }

  /// The published algorithm has none.
  std::size_t bound() const { return is_bounded() ? forest_.policy.max_hops : kNoSite / 2; }

  bool is_bounded() const { return forest_.policy.topology == sites::TopologyPolicy::bounded; }

  /// The same two controllers as a primary pull of the context.
  bool is_primary(const SitePull& pull) const {
    const auto found = connections_.find({pull.destination, pull.source, false});
    if (found == connections_.end()) return false;
    const auto& carried = found->second.naming_contexts;
    return std::ranges::find(carried, pull.naming_context) != carried.end();
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
  std::map<std::pair<std::vector<SiteColour>, LinkLoads>, SiteTree> second_trees_;
  SitePairs first_;
  SitePairs second_;
  std::map<std::tuple<sites::ControllerId, sites::ControllerId, bool>, Connection> connections_;
  std::map<sites::NamingContextId, std::vector<SitePull>> pulls_;  // between sites
  StandbyWays standby_ways_;
  std::vector<Islands> islands_;
};

void Planner::plan(const sites::NamingContext& context) {
  const auto replicas = replicas_by_site(forest_, context);
  for (const SiteReplicas& site : replicas) {
    for (const Pull& pull : inside(site)) {
      connection(pull.destination, pull.source, pull.rule).naming_contexts.push_back(context.id);
    }
  }
  const SiteTree& tree = tree_of(colours_of(replicas));
  const HopBudget budget(forest_, tree, replicas, bound());
  for (const SiteEdge& edge : tree.edges) {
    auto& wanted = demands_of(first_, edge.path);
    const auto add = [&](bool forward, std::size_t source, std::size_t destination) {
      std::ranges::move(budget.demands(context.id, forward, source, destination),
                        std::back_inserter(wanted));
    };
    if (edge.forward) add(true, edge.path.from, edge.path.to);
    if (edge.backward) add(false, edge.path.to, edge.path.from);
  }
  note_islands(context, tree);
}

/// A quarter more than its share of the site's pairs is the most that one controller carries, as
/// far as there are others.
std::size_t Planner::most_carried(std::size_t pairs, std::size_t able) {
  return (5 * pairs + 4 * able - 1) / (4 * able);
}

/// Pair by pair in the order of the sites, so that each finds what those before it have taken.
void Planner::connect_all(const SitePairs& pairs, Rule rule) {
  std::vector<std::size_t> pairs_at(graph_.size());
  for (const auto& [sites, pair] : pairs) {
    ++pairs_at[sites.first];
    ++pairs_at[sites.second];
  }
  std::map<sites::ControllerId, std::size_t> carried;
  const auto free = [&](const std::vector<sites::ControllerId>& able, std::size_t site) {
    const std::size_t most = most_carried(pairs_at[site], able.size());
    std::vector<sites::ControllerId> rest;
    std::ranges::copy_if(able, std::back_inserter(rest), [&](auto id) {
      const auto found = carried.find(id);
      return found == carried.end() || found->second < most;
    });
    return rest.empty() ? able : rest;
  };
  for (const auto& [sites, planned] : pairs) {
    SitePair pair = planned;
    for (Demand& demand : pair.demands) {
      demand.sources = free(demand.sources, demand.forward ? sites.first : sites.second);
      demand.destinations = free(demand.destinations, demand.forward ? sites.second : sites.first);
    }
    std::set<sites::ControllerId> ends;
    for (const Crossing& crossing : connect(pair, rule)) {
      ends.insert(crossing.source);
      ends.insert(crossing.destination);
    }
    for (const auto id : ends)
      ++carried[id];
  }
}

std::vector<Crossing> Planner::connect(const SitePair& pair, Rule rule) {
  const sites::SiteId lower = graph_.site(pair.path.from);
  const sites::SiteId higher = graph_.site(pair.path.to);
  auto crossings = meet(pair.demands, lower, higher);
  for (const Crossing& crossing : crossings) {
    const SitePull pull{.naming_context = crossing.naming_context,
                        .destination = crossing.destination,
                        .source = crossing.source,
                        .path = crossing.forward ? pair.path : reversed(pair.path),
                        .rule = rule};
    if (is_standby(rule) && is_primary(pull)) continue;
    connect(pull);
    pulls_[crossing.naming_context].push_back(pull);
  }
  return crossings;
}

void Planner::connect(const SitePull& pull) {
  if (is_standby(pull.rule)) standby_ways_.try_emplace({pull.source, pull.destination}, pull.path);
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

void Planner::stand_by() {
  std::map<sites::NamingContextId, std::vector<SiteReplicas>> replicas;
  for (const sites::NamingContext& context : forest_.naming_contexts) {
    replicas[context.id] = replicas_by_site(forest_, context);
    second_plane(context, replicas[context.id]);
  }
  connect_all(second_, Rule::second_tree);
  const Mended* last = nullptr;
  std::map<sites::NamingContextId, Mended> mended;
  for (const auto& [context, by_site] : replicas) {
    const std::vector<SitePull>& pulls = pulls_[context];
    if (is_plain(forest_, by_site, pulls)) continue;
    Mended& here = mended[context];
    here.replicas = &by_site;
    here.pulls = &pulls;
    if (last != nullptr && is_alike(*last, here)) {
      here.added = last->added;
      for (SitePull& pull : here.added)
        pull.naming_context = context;
    } else {
      here.added = mend(forest_, context, by_site, pulls, standby_ways_);
    }
    last = &here;
    for (const SitePull& pull : here.added)
      connect(pull);
  }
}

void Planner::second_plane(const sites::NamingContext& context,
                           const std::vector<SiteReplicas>& replicas) {
  const std::vector<SitePull>& primary = pulls_[context.id];
  const FirstPlane first(primary, replicas);
  const LinkLoads loads = loads_of(primary);
  const auto colours = first.second_colours();
  const auto [second, fresh] = second_trees_.try_emplace({colours, loads});
  if (fresh) {
    const sites::Forest detours = avoiding(forest_, loads);
    second->second = least_site_tree(SiteGraph(detours), colours);
  }
  for (const SiteEdge& edge : second->second.edges) {
    const auto [from, to] = std::pair(edge.path.from, edge.path.to);
    const bool both = first.is_disguised(from) || first.is_disguised(to);
    auto& wanted = demands_of(second_, edge.path);
    if (edge.forward || both) {
      std::ranges::move(first.second_demands(context.id, true, from, to),
                        std::back_inserter(wanted));
    }
    if (edge.backward || both) {
      std::ranges::move(first.second_demands(context.id, false, to, from),
                        std::back_inserter(wanted));
    }
  }
}

/// What an administrator made by hand stands in place of what was planned between the same two,
/// unless one of them may not pull or be pulled from. One that is disabled is as if it were not.
void Planner::add_manual() {
  for (Connection& made : manual_connections(forest_)) {
    const auto* destination = sites::find_controller(forest_, made.destination);
    const auto* source = sites::find_controller(forest_, made.source);
    if (!destination->inbound || !source->outbound) continue;
    connections_.erase({made.destination, made.source, true});
    connections_[{made.destination, made.source, false}] = std::move(made);
  }
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
