#include "kcc/standing.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "kcc/site_graph.hpp"
#include "kcc/sound.hpp"

namespace ringspan::kcc {
namespace {

using sites::ReplicaKind;

bool is_full(ReplicaKind kind) {
  return kind == ReplicaKind::writable || kind == ReplicaKind::read_only;
}

bool carries(const sites::NamingContext& context, const sites::Controller& source,
             const sites::Controller& destination) {
  const ReplicaKind there = replica_kind(source, context);
  const ReplicaKind here = replica_kind(destination, context);
  if (there == ReplicaKind::none || here == ReplicaKind::none || source.read_only) return false;
  return there == ReplicaKind::writable || !is_full(here);
}

class Standing {
 public:
  explicit Standing(const sites::Forest& forest) : forest_(forest), graph_(forest) {}

  /// nullopt: it carries nothing.
  std::optional<Connection> of(const sites::ExportedConnection& one) {
    const auto* source = sites::find_controller(forest_, one.source);
    const auto* destination = sites::find_controller(forest_, one.destination);
    if (source == nullptr || destination == nullptr || source == destination) return std::nullopt;
    Connection made{.destination = destination->id,
                    .source = source->id,
                    .rule = one.generated ? Rule::exported : Rule::manual,
                    .schedule = one.schedule};
    for (const auto& context : forest_.naming_contexts) {
      if (carries(context, *source, *destination)) made.naming_contexts.push_back(context.id);
    }
    if (made.naming_contexts.empty()) return std::nullopt;
    if (source->site != destination->site) cross(made, source->site, destination->site);
    return made;
  }

 private:
  /// A connection that no legal path carries costs nothing and crosses nothing.
  void cross(Connection& made, sites::SiteId from, sites::SiteId to) {
    const SitePath* path = path_between(graph_.vertex(from), graph_.vertex(to));
    if (path == nullptr) return;
    made.cost = path->cost;
    made.interval = {};
    for (const std::size_t at : path->links) {
      const sites::SiteLink& link = graph_.link(at);
      made.path.push_back(link.id);
      made.interval = std::max(made.interval, link.interval);
      made.notify = made.notify && link.notify;
      made.compress = made.compress || link.compress;
    }
  }

  const SitePath* path_between(std::size_t from, std::size_t to) {
    const auto [known, fresh] = paths_.try_emplace({from, to});
    if (fresh) {
      std::vector<bool> stops(graph_.size());
      stops[to] = true;
      auto found = graph_.paths(from, stops);
      if (!found.empty()) known->second = std::move(found.front());
    }
    return known->second ? &*known->second : nullptr;
  }

  const sites::Forest& forest_;
  SiteGraph graph_;
  std::map<std::pair<std::size_t, std::size_t>, std::optional<SitePath>> paths_;
};

}  // namespace

Topology standing_topology(const sites::Forest& forest,
                           const std::vector<sites::ExportedConnection>& connections) {
  const sites::Forest sound = sound_part(forest);
  Standing standing(sound);
  std::map<std::pair<sites::ControllerId, sites::ControllerId>, Connection> made;
  for (const auto& one : connections) {
    if (!one.enabled || one.system_volume_only) continue;
    if (auto connection = standing.of(one)) {
      const std::pair ends(connection->destination, connection->source);
      made.try_emplace(ends, *std::move(connection));
    }
  }
  Topology topology;
  for (auto& [ends, connection] : made)
    topology.connections.push_back(std::move(connection));
  return topology;
}

std::vector<Connection> manual_connections(const sites::Forest& forest) {
  std::vector<sites::ExportedConnection> made;
  for (const sites::ManualConnection& one : forest.connections) {
    made.push_back({.name = one.name,
                    .destination = one.destination,
                    .source = one.source,
                    .enabled = one.enabled && !one.schedule.is_never(),
                    .schedule = one.schedule});
  }
  return standing_topology(forest, made).connections;
}

std::vector<DuplicateConnections> duplicates_among(
    const std::vector<sites::ExportedConnection>& connections) {
  std::map<std::pair<sites::ControllerId, sites::ControllerId>, std::vector<std::string>> names;
  for (const auto& one : connections) {
    if (one.enabled) names[{one.destination, one.source}].push_back(one.name);
  }
  std::vector<DuplicateConnections> duplicates;
  for (auto& [ends, same] : names) {
    if (same.size() < 2) continue;
    std::ranges::sort(same);
    duplicates.push_back({ends.first, ends.second, std::move(same)});
  }
  return duplicates;
}

}  // namespace ringspan::kcc
