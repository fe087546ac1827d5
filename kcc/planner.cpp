#include "kcc/planner.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "kcc/intrasite.hpp"
#include "kcc/sound.hpp"
#include "kcc/standing.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// Whether the second plane is known to survive every loss: two feed everywhere, and every pull of
/// the first crosses one link of two sites, which no other pair of sites does (standby.hpp).
bool is_plain(const sites::Forest& forest, const std::vector<SiteReplicas>& replicas,
              const std::vector<SitePull>& pulls) {
  return forest.policy.bridge_all_site_links &&
         std::ranges::all_of(forest.links,
                             [](const auto& link) { return link.sites.size() == 2; }) &&
         std::ranges::all_of(replicas, [](const auto& site) { return site.writable.size() > 1; }) &&
         std::ranges::all_of(pulls,
                             [](const SitePull& pull) { return pull.path.links.size() == 1; });
}

/// The connection between the two, which carries the group from now on; whether it is new.
std::pair<Connection*, bool> connect(ConnectionsByEnds& made, const Ends& ends, Rule rule,
                                     const ContextGroup& group) {
  const auto [entry, fresh] = made.try_emplace(ends);
  Connection& connection = entry->second;
  if (fresh) {
    connection.destination = ends.destination;
    connection.source = ends.source;
    connection.standby = ends.standby;
    connection.rule = rule;
  }
  std::ranges::copy(group.contexts, std::back_inserter(connection.naming_contexts));
  return {&connection, fresh};
}

Ends ends_of(const Connection& connection) {
  return {connection.destination, connection.source, connection.standby};
}

std::vector<Connection> sorted(ConnectionsByEnds made) {
  std::vector<std::pair<Ends, Connection*>> places;
  for (auto& [ends, connection] : made)
    places.emplace_back(ends, &connection);
  std::ranges::sort(places);
  std::vector<Connection> sorted;
  sorted.reserve(places.size());
  for (const auto& [ends, connection] : places) {
    std::ranges::sort(connection->naming_contexts);
    sorted.push_back(std::move(*connection));
  }
  return sorted;
}

}  // namespace

void Planner::Tree::renumber(const std::vector<std::size_t>& places, std::size_t links) {
  memory.renumber(places);
  detours.reset();
  std::vector<sites::Cost> before(links);
  for (std::size_t at = 0; at < costs.size(); ++at)
    if (places[at] != kNowhere) before[places[at]] = costs[at];
  costs = std::move(before);
}

const Topology& Planner::plan(const sites::Forest& forest) {
  const Changes changes = take(sound_part(forest));
  if (!changes.replicas && !changes.links && !changes.wishes) return topology_;
  if (changes.replicas) groups_ = context_groups(forest_);
  const bool first = plan_first(changes);
  if (has_second()) mend_all(changes, plan_second(changes, first) || first);
  assemble(changes);
  return topology_;
}

/// Sites, bridges and policy are what all else stands on.
Planner::Changes Planner::take(sites::Forest forest) {
  const bool is_known = graph_ && forest.sites == forest_.sites &&
                        forest.bridges == forest_.bridges && forest.policy == forest_.policy;
  Changes changes;
  if (is_known) {
    changes = take_links(forest);
    changes.replicas = forest.controllers != forest_.controllers ||
                       forest.naming_contexts != forest_.naming_contexts;
    changes.wishes = forest.connections != forest_.connections;
  } else {
    first_ = {.rule = Rule::site_tree};
    second_ = {.rule = Rule::second_tree};
    mending_.clear();
  }
  forest_ = std::move(forest);
  if (!is_known || changes.network) {
    graph_.emplace(forest_);
  } else if (changes.links) {
    graph_->set_costs(costs_of(forest_));
  }
  return changes;
}

/// Searches that followed none of the links that differ are still good for the new list of links.
Planner::Changes Planner::take_links(const sites::Forest& forest) {
  Changes changes{.links = false, .network = false};
  changes.touched.resize(forest.sites.size());
  const auto touch = [&](const sites::SiteLink& link) {
    changes.links = true;
    for (const auto site : link.sites) {
      const auto found = std::ranges::lower_bound(forest.sites, site, {}, &sites::Site::id);
      changes.touched[static_cast<std::size_t>(found - forest.sites.begin())] = true;
    }
  };
  std::vector<std::size_t> places(forest_.links.size(), kNowhere);
  auto old = forest_.links.begin();
  auto now = forest.links.begin();
  while (old != forest_.links.end() || now != forest.links.end()) {
    const bool has_old = old != forest_.links.end();
    const bool has_now = now != forest.links.end();
    if (has_old && has_now && old->id == now->id) {
      places[static_cast<std::size_t>(old - forest_.links.begin())] =
          static_cast<std::size_t>(now - forest.links.begin());
      if (*old != *now) {
        touch(*old);
        touch(*now);
        changes.network = changes.network || old->sites != now->sites ||
                          old->schedule.is_never() != now->schedule.is_never();
      }
      ++old;
      ++now;
    } else {
      touch(has_old && (!has_now || old->id < now->id) ? *old++ : *now++);
      changes.network = true;
    }
  }
  if (!changes.links) return changes;
  for (Plane* plane : {&first_, &second_}) {
    for (Tree& tree : plane->trees) {
      tree.memory.forget(changes.touched);
      if (changes.network) tree.renumber(places, forest.links.size());
    }
  }
  return changes;
}

/// Nothing between sites changes them: but for that they are taken out of the topology.
std::vector<Connection> Planner::inside_the_sites(const Changes& changes) {
  if (!changes.replicas && !changes.wishes && forest_.connections.empty()) {
    std::vector<Connection>& kept = topology_.connections;
    std::erase_if(kept, [](const Connection& one) {
      return one.rule != Rule::ring && one.rule != Rule::mesh;
    });
    return std::move(kept);
  }
  ConnectionsByEnds made;
  for (const ContextGroup& group : groups_) {
    for (const SiteReplicas& site : group.replicas) {
      for (const Pull& pull : inside(site))
        connect(made, {pull.destination, pull.source}, pull.rule, group);
    }
  }
  return sorted(std::move(made));
}

/// What both planes lack follows from their pulls, and from the links that the searches followed.
void Planner::mend_all(const Changes& changes, bool anew) {
  const bool is_kept =
      !anew && !changes.network && std::ranges::none_of(mending_, [&](const auto& one) {
        return std::ranges::any_of(
            one.followed, [&](std::size_t site) { return changes.links && changes.touched[site]; });
      });
  if (is_kept) return;
  StandbyWays ways;
  for (const auto& pulls : second_.pulls) {
    for (const SitePull& pull : pulls)
      if (!is_primary(pull)) ways.try_emplace({pull.source, pull.destination}, pull.path);
  }
  mending_.clear();
  for (std::size_t at = 0; at < groups_.size(); ++at) {
    const ContextGroup& group = groups_[at];
    Mending& mending = mending_.emplace_back();
    if (is_plain(forest_, group.replicas, first_.pulls[at])) continue;
    mending = mend(forest_, *graph_, group, {first_.pulls[at], second_.pulls[at]}, ways);
    for (const SitePull& pull : mending.added)
      ways.try_emplace({pull.source, pull.destination}, pull.path);
  }
}

void Planner::assemble(const Changes& changes) {
  auto inside = inside_the_sites(changes);
  ConnectionsByEnds made;
  for (const Plane* plane : {&first_, &second_}) {
    for (const auto& pulls : plane->pulls) {
      for (const SitePull& pull : pulls)
        if (!is_standby(pull.rule) || !is_primary(pull)) carry(pull, made);
    }
  }
  for (const Mending& mending : mending_) {
    for (const SitePull& pull : mending.added)
      carry(pull, made);
  }
  for (const Mending& mending : mending_) {
    for (const WayRound& way : mending.ways_round)
      lead_round(way, made);
  }
  auto between = sorted(std::move(made));
  topology_ = {};
  topology_.connections.reserve(inside.size() + between.size());
  std::ranges::merge(std::move_iterator(inside.begin()), std::move_iterator(inside.end()),
                     std::move_iterator(between.begin()), std::move_iterator(between.end()),
                     std::back_inserter(topology_.connections), {}, ends_of, ends_of);
  add_manual();
  for (std::size_t at = 0; at < groups_.size(); ++at)
    note_islands(groups_[at], first_.trees[first_.tree_of[at]].tree);
  std::ranges::sort(topology_.islands, {}, &Islands::naming_context);
}

void Planner::carry(const SitePull& pull, ConnectionsByEnds& made) const {
  const Ends ends{pull.destination, pull.source, is_standby(pull.rule)};
  const auto [connection, fresh] = connect(made, ends, pull.rule, *pull.group);
  if (!fresh) return;  // groups share the way
  connection->schedule = pull.path.schedule;
  connection->interval = {};
  for (const std::size_t at : pull.path.links) {
    const sites::SiteLink& link = forest_.links[at];
    connection->path.push_back(link.id);
    connection->cost = connection->cost + link.cost;
    connection->interval = std::max(connection->interval, link.interval);
    connection->notify = connection->notify && link.notify;
    connection->compress = connection->compress || link.compress;
  }
}

void Planner::lead_round(const WayRound& way, ConnectionsByEnds& made) const {
  std::vector<sites::SiteLinkId> path;
  for (const std::size_t at : way.links)
    path.push_back(forest_.links[at].id);
  auto& known = made.at({way.destination, way.source, way.standby}).ways_round;
  if (std::ranges::find(known, path) == known.end()) known.push_back(std::move(path));
}

/// What an administrator made by hand stands in place of what was planned between the same two,
/// unless one of them may not pull or be pulled from. One that is disabled is as if it were not.
void Planner::add_manual() {
  if (forest_.connections.empty()) return;
  std::vector<Connection>& planned = topology_.connections;
  const auto find = [&planned](const Ends& ends) {
    return std::ranges::lower_bound(planned, ends, {}, ends_of);
  };
  for (Connection& made : manual_connections(forest_)) {
    const auto* destination = sites::find_controller(forest_, made.destination);
    const auto* source = sites::find_controller(forest_, made.source);
    if (!destination->inbound || !source->outbound) continue;
    for (const bool standby : {true, false}) {
      const Ends ends{made.destination, made.source, standby};
      const auto found = find(ends);
      if (found != planned.end() && ends_of(*found) == ends) planned.erase(found);
    }
    planned.insert(find(ends_of(made)), std::move(made));
  }
}

void Planner::note_islands(const ContextGroup& group, const SiteTree& tree) {
  if (tree.islands.size() < 2) return;
  std::vector<std::vector<sites::SiteId>> islands;
  for (const auto& island : tree.islands) {
    auto& sites = islands.emplace_back();
    for (const std::size_t vertex : island)
      sites.push_back(graph_->site(vertex));
  }
  for (const auto context : group.contexts)
    topology_.islands.push_back({context, islands});
}

}  // namespace ringspan::kcc
