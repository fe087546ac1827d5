#include "kcc/explain.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/contracts.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/sound.hpp"

namespace ringspan::kcc {
namespace {

using sites::ReplicaKind;

bool carries(const Connection& connection, sites::NamingContextId context) {
  return std::ranges::binary_search(connection.naming_contexts, context);
}

class Explainer {
 public:
  Explainer(const Planned& planned, const sites::Controller& destination,
            const sites::Controller& source)
      : planned_(planned),
        sound_(sound_part(planned.forest)),
        graph_(sound_),
        destination_(destination),
        source_(source) {}

  Explanation explain() const {
    Explanation why{.destination = destination_.id, .source = source_.id};
    for (const Connection& one : planned_.topology.connections) {
      if (joins(one)) why.connections.push_back(one);
    }
    why.naming_contexts = exchanged();
    if (destination_.site != source_.site) why.direct = direct();
    if (!why.naming_contexts.empty()) why.route = route(why.naming_contexts.front());
    for (const Connection& one : why.connections) {
      if (one.standby) continue;
      why.route = {one};
      if (one.rule == Rule::site_tree) why.runner_up = runner_up(one);
      why.cut_off = cut_off_without(one, false);
      why.cut_off_for_good = cut_off_without(one, true);
    }
    return why;
  }

 private:
  bool joins(const Connection& one) const {
    return one.destination == destination_.id && one.source == source_.id;
  }

  std::vector<sites::NamingContextId> exchanged() const {
    std::vector<sites::NamingContextId> contexts;
    for (const auto& context : sound_.naming_contexts) {
      const ReplicaKind here = replica_kind(destination_, context);
      const ReplicaKind there = replica_kind(source_, context);
      const bool feeds = there == ReplicaKind::writable ||
                         (there == ReplicaKind::partial && here == ReplicaKind::partial);
      if (here != ReplicaKind::none && feeds && !source_.read_only) contexts.push_back(context.id);
    }
    return contexts;
  }

  SiteWay way_of(const SitePath& path) const {
    SiteWay way{.from = graph_.site(path.from), .to = graph_.site(path.to), .cost = path.cost};
    for (const std::size_t link : path.links)
      way.links.push_back(graph_.link(link).id);
    return way;
  }

  std::optional<SiteWay> direct() const {
    std::vector<bool> stops(graph_.size());
    stops[graph_.vertex(destination_.site)] = true;
    const auto paths = graph_.paths(graph_.vertex(source_.site), stops);
    if (paths.empty()) return std::nullopt;
    return way_of(paths.front());
  }

  std::vector<Connection> route(sites::NamingContextId context) const;
  std::optional<SiteWay> runner_up(const Connection& connection) const;
  std::set<std::size_t> side(const Connection& connection, std::size_t start) const;
  std::vector<sites::ControllerId> cut_off_without(const Connection& connection, bool awake) const;

  const Planned& planned_;
  sites::Forest sound_;
  SiteGraph graph_;
  const sites::Controller& destination_;
  const sites::Controller& source_;
};

/// By breadth, so that it has the fewest hops; of equals the first in the order of the plan.
std::vector<Connection> Explainer::route(sites::NamingContextId context) const {
  std::map<sites::ControllerId, std::vector<const Connection*>> out;
  for (const Connection& one : planned_.topology.connections) {
    if (!one.standby && carries(one, context)) out[one.source].push_back(&one);
  }
  std::map<sites::ControllerId, const Connection*> reached{{source_.id, nullptr}};
  std::vector<sites::ControllerId> front{source_.id};
  while (!front.empty() && !reached.contains(destination_.id)) {
    std::vector<sites::ControllerId> next;
    for (const sites::ControllerId at : front) {
      for (const Connection* one : out[at]) {
        if (reached.emplace(one->destination, one).second) next.push_back(one->destination);
      }
    }
    front = std::move(next);
  }
  std::vector<Connection> route;
  if (!reached.contains(destination_.id)) return route;
  for (sites::ControllerId at = destination_.id; at != source_.id; at = route.back().source)
    route.push_back(*reached.at(at));
  std::ranges::reverse(route);
  return route;
}

/// The sites that the tree joins to `start` without this connection's pair of sites.
std::set<std::size_t> Explainer::side(const Connection& connection, std::size_t start) const {
  const std::size_t from = graph_.vertex(source_.site);
  const std::size_t to = graph_.vertex(destination_.site);
  const sites::NamingContextId context = connection.naming_contexts.front();
  std::map<std::size_t, std::set<std::size_t>> neighbours;
  for (const Connection& one : planned_.topology.connections) {
    if (one.standby || !carries(one, context)) continue;
    const auto* here = sites::find_controller(sound_, one.destination);
    const auto* there = sites::find_controller(sound_, one.source);
    if (here == nullptr || there == nullptr || here->site == there->site) continue;
    const std::pair ends(graph_.vertex(here->site), graph_.vertex(there->site));
    if (std::minmax(ends.first, ends.second) == std::minmax(from, to)) continue;
    neighbours[ends.first].insert(ends.second);
    neighbours[ends.second].insert(ends.first);
  }
  std::set<std::size_t> found{start};
  std::vector<std::size_t> open{start};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::size_t next : neighbours[at]) {
      if (found.insert(next).second) open.push_back(next);
    }
  }
  return found;
}

std::optional<SiteWay> Explainer::runner_up(const Connection& connection) const {
  const std::size_t from = graph_.vertex(source_.site);
  const std::size_t to = graph_.vertex(destination_.site);
  const auto here = side(connection, to);
  const auto there = side(connection, from);
  const auto* context = sites::find_naming_context(sound_, connection.naming_contexts.front());
  const auto colours = colours_of(replicas_by_site(sound_, *context));
  // Red sites join red ones; any other only receives, a full replica of it from a red one alone.
  const bool red = colours[to].is_red();
  std::vector<bool> stops(graph_.size());
  for (std::size_t at = 0; at < stops.size(); ++at) {
    const bool feeds =
        red || colours[to].full_leaves ? colours[at].is_red() : colours[at].may_feed();
    stops[at] = feeds && (there.contains(at) || here.contains(at));
  }
  std::optional<SitePath> best;
  for (const std::size_t at : here) {
    if (red ? !colours[at].is_red() : at != to) continue;
    for (const SitePath& path : graph_.paths(at, stops)) {
      if (!there.contains(path.to) || here.contains(path.to)) continue;  // it joins nothing
      if (path.from == to && path.to == from) continue;
      if (!best || ranks_before(path, *best)) best = path;
    }
  }
  if (!best) return std::nullopt;
  return way_of(reversed(*best));
}

std::vector<sites::ControllerId> Explainer::cut_off_without(const Connection& connection,
                                                            bool awake) const {
  Planned before = planned_;
  if (awake) {
    for (Connection& one : before.topology.connections)
      one.standby = false;
  }
  Planned after = before;
  std::erase_if(after.topology.connections,
                [&](const Connection& one) { return joins(one) && (awake || one == connection); });
  std::vector<sites::ControllerId> cut_off;
  for (const CutOff& one : compare(before, after).cut_off)
    cut_off.push_back(one.controller);
  return cut_off;
}

}  // namespace

Explanation explain(const Planned& planned, sites::ControllerId destination,
                    sites::ControllerId source) {
  // Of two entries of one id the plan knows one: the same must be explained.
  const sites::Forest sound = sound_part(planned.forest);
  const auto* to = sites::find_controller(sound, destination);
  const auto* from = sites::find_controller(sound, source);
  EXPECTS(to != nullptr && from != nullptr && to != from);
  return Explainer(planned, *to, *from).explain();
}

}  // namespace ringspan::kcc
