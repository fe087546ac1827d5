#include "tests/unit/judge.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace ringspan {
namespace {

using sites::ReplicaKind;
using LinkSet = std::vector<const sites::SiteLink*>;

/// Lengthens the path that stands at `here` by every link of the set, never visiting a site twice.
void walk(const LinkSet& links, sites::SiteId start, sites::SiteId here,
          const sites::Schedule& schedule, std::uint64_t cost, std::set<sites::SiteId>& visited,
          SitePairCosts& best) {
  for (const sites::SiteLink* link : links) {
    if (std::ranges::find(link->sites, here) == link->sites.end()) continue;
    const sites::Schedule both = schedule & link->schedule;
    if (both.is_never()) continue;
    for (const sites::SiteId next : link->sites) {
      if (visited.contains(next)) continue;
      const std::uint64_t sum = cost + link->cost.value;
      const auto [entry, fresh] = best.emplace(std::pair(start, next), sum);
      if (!fresh) entry->second = std::min(entry->second, sum);
      visited.insert(next);
      walk(links, start, next, both, sum, visited, best);
      visited.erase(next);
    }
  }
}

std::vector<LinkSet> link_sets(const sites::Forest& forest) {
  std::vector<LinkSet> sets;
  LinkSet all;
  for (const auto& link : forest.links)
    all.push_back(&link);
  if (forest.policy.bridge_all_site_links) return {all};
  for (const auto& link : forest.links)
    sets.push_back({&link});
  for (const auto& bridge : forest.bridges) {
    LinkSet joined;
    for (const auto& link : forest.links) {
      if (std::ranges::find(bridge.links, link.id) != bridge.links.end()) joined.push_back(&link);
    }
    sets.push_back(joined);
  }
  return sets;
}

struct Edge {
  int tier = 0;  ///< 0 between writable sites.
  std::uint64_t cost = 0;
  std::pair<sites::SiteId, sites::SiteId> ends;
};

}  // namespace

SitePairCosts legal_paths(const sites::Forest& forest) {
  SitePairCosts best;
  for (const LinkSet& links : link_sets(forest)) {
    for (const auto& site : forest.sites) {
      std::set<sites::SiteId> visited{site.id};
      walk(links, site.id, site.id, sites::Schedule(), 0, visited, best);
    }
  }
  return best;
}

std::set<ControllerPair> allowed_pulls(const sites::Forest& forest,
                                       const sites::NamingContext& context,
                                       const SitePairCosts& paths, bool standby) {
  std::set<sites::SiteId> red;
  for (const auto& controller : forest.controllers) {
    if (replica_kind(controller, context) == ReplicaKind::writable) red.insert(controller.site);
  }
  std::set<ControllerPair> allowed;
  for (const auto& source : forest.controllers) {
    const ReplicaKind held = replica_kind(source, context);
    if (source.read_only || held == ReplicaKind::none) continue;
    for (const auto& destination : forest.controllers) {
      const ReplicaKind wanted = replica_kind(destination, context);
      if (source.id == destination.id || wanted == ReplicaKind::none) continue;
      if (held == ReplicaKind::partial && wanted != ReplicaKind::partial) continue;
      const bool fed = red.contains(destination.site) && !standby;
      if (held == ReplicaKind::partial && fed) continue;
      if (source.site == destination.site || paths.contains({source.site, destination.site})) {
        allowed.emplace(source.id, destination.id);
      }
    }
  }
  return allowed;
}

std::set<ControllerPair> reach(const sites::Forest& forest, const sites::NamingContext& context,
                               const std::set<ControllerPair>& pulls) {
  std::set<ControllerPair> reached;
  for (const auto& start : forest.controllers) {
    if (replica_kind(start, context) != ReplicaKind::writable) continue;
    std::vector<sites::ControllerId> waiting{start.id};
    reached.emplace(start.id, start.id);
    while (!waiting.empty()) {
      const auto at = waiting.back();
      waiting.pop_back();
      for (auto pull = pulls.lower_bound({at, {}}); pull != pulls.end() && pull->first == at;
           ++pull) {
        if (reached.emplace(start.id, pull->second).second) waiting.push_back(pull->second);
      }
    }
  }
  return reached;
}

std::set<ControllerPair> planned_pulls(const kcc::Topology& topology,
                                       const sites::NamingContext& context, bool standby) {
  std::set<ControllerPair> pulls;
  for (const auto& connection : topology.connections) {
    const auto& carried = connection.naming_contexts;
    if (connection.standby != standby) continue;
    if (std::ranges::find(carried, context.id) == carried.end()) continue;
    pulls.emplace(connection.source, connection.destination);
  }
  return pulls;
}

std::optional<std::uint64_t> least_tree_cost(const sites::Forest& forest,
                                             const sites::NamingContext& context,
                                             const SitePairCosts& paths) {
  std::map<sites::SiteId, bool> is_red;
  for (const auto& controller : forest.controllers) {
    const ReplicaKind kind = replica_kind(controller, context);
    if (kind == ReplicaKind::none) continue;
    if (controller.read_only) return std::nullopt;
    is_red[controller.site] = is_red[controller.site] || kind == ReplicaKind::writable;
  }
  std::vector<Edge> edges;
  for (const auto& [ends, cost] : paths) {
    if (!(ends.first < ends.second)) continue;
    if (!is_red.contains(ends.first) || !is_red.contains(ends.second)) continue;
    edges.push_back({is_red[ends.first] && is_red[ends.second] ? 0 : 1, cost, ends});
  }
  std::ranges::sort(edges, {}, [](const Edge& edge) { return std::tuple(edge.tier, edge.cost); });
  std::map<sites::SiteId, sites::SiteId> group;  // each site's group, named by one of its sites
  for (const auto& [site, red] : is_red)
    group[site] = site;
  std::vector<const Edge*> tree;
  std::optional<sites::SiteId> red_group;
  const auto join = [&](int tier) {
    for (const Edge& edge : edges) {
      const auto from = group[edge.ends.first];
      const auto into = group[edge.ends.second];
      if (edge.tier != tier || from == into) continue;
      tree.push_back(&edge);
      for (auto& [site, name] : group) {
        if (name == from) name = into;
      }
    }
  };
  join(0);
  for (const auto& [site, red] : is_red) {
    if (!red) continue;
    if (red_group && *red_group != group[site]) return std::nullopt;
    red_group = group[site];
  }
  join(1);
  std::uint64_t sum = 0;
  for (const Edge* edge : tree) {
    const auto it = group[edge->ends.first];
    const bool fed = std::ranges::any_of(
        is_red, [&](const auto& one) { return one.second && group[one.first] == it; });
    if (fed) sum += edge->cost;
  }
  return sum;
}

}  // namespace ringspan
