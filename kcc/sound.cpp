#include "kcc/sound.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace ringspan::kcc {
namespace {

using namespace sites;

// Whole values are compared, so that of two entries with one id the same one stays in any order.
auto rank(const Site& site) {
  const Coordinates place = site.coordinates.value_or(Coordinates{});
  return std::tuple(site.id, site.name, site.subnets, site.options, site.coordinates.has_value(),
                    place.latitude, place.longitude);
}
auto rank(const Controller& controller) {
  return std::tie(controller.id, controller.name, controller.site, controller.domain,
                  controller.read_only, controller.global_catalog, controller.address,
                  controller.inbound, controller.outbound, controller.slot,
                  controller.preferred_bridgehead, controller.preferred_bridgehead_of);
}
auto rank(const NamingContext& context) {
  return std::tie(context.id, context.kind, context.dn, context.replicas);
}
auto rank(const SiteLinkBridge& bridge) {
  return std::tie(bridge.name, bridge.links);
}
auto rank(const ManualConnection& connection) {
  return std::tuple(connection.destination, connection.name, connection.source, connection.enabled,
                    connection.schedule.to_string());
}
auto rank(const SiteLink& link) {
  return std::tuple(link.id, link.name, link.sites, link.cost, link.interval,
                    link.schedule.to_string(), link.notify, link.compress);
}

/// By id first, which every rank begins with; the rest is worked out for those that share one.
template <typename Part>
void sort_by_rank(std::vector<Part>& parts) {
  const auto is_not_before = [](const auto& left, const auto& right) { return !(left < right); };
  if (std::ranges::adjacent_find(parts, is_not_before, &Part::id) == parts.end()) return;
  std::ranges::sort(parts, [](const Part& left, const Part& right) {
    return left.id != right.id ? left.id < right.id : rank(left) < rank(right);
  });
}
void sort_by_rank(std::vector<SiteLinkBridge>& bridges) {
  std::ranges::sort(bridges, {}, [](const SiteLinkBridge& bridge) { return rank(bridge); });
}
void sort_by_rank(std::vector<ManualConnection>& connections) {
  std::ranges::sort(connections, {}, [](const ManualConnection& one) { return rank(one); });
}

template <typename Part>
void keep_one_an_id(std::vector<Part>& parts) {
  sort_by_rank(parts);
  const auto repeats = std::ranges::unique(parts, {}, &Part::id);
  parts.erase(repeats.begin(), repeats.end());
}

template <typename Id>
void keep_known(std::vector<Id>& references, const std::vector<Id>& known) {
  std::erase_if(references,
                [&known](const Id& id) { return !std::ranges::binary_search(known, id); });
  std::ranges::sort(references);
  const auto repeats = std::ranges::unique(references);
  references.erase(repeats.begin(), repeats.end());
}

/// Sorted.
template <typename Part>
auto ids_of(const std::vector<Part>& parts) {
  std::vector<decltype(Part::id)> ids;
  for (const Part& part : parts)
    ids.push_back(part.id);
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

Forest in_one_order(Forest forest) {
  for (SiteLink& link : forest.links)
    std::ranges::sort(link.sites);
  for (SiteLinkBridge& bridge : forest.bridges)
    std::ranges::sort(bridge.links);
  for (NamingContext& context : forest.naming_contexts)
    std::ranges::sort(context.replicas);
  sort_by_rank(forest.sites);
  sort_by_rank(forest.links);
  sort_by_rank(forest.bridges);
  sort_by_rank(forest.controllers);
  sort_by_rank(forest.naming_contexts);
  sort_by_rank(forest.connections);
  return forest;
}

Forest sound_part(const Forest& forest) {
  Forest sound = forest;
  const auto known_sites = ids_of(sound.sites);
  for (SiteLink& link : sound.links)
    keep_known(link.sites, known_sites);
  std::erase_if(sound.links, [](const SiteLink& link) { return link.sites.size() < 2; });
  keep_one_an_id(sound.links);
  const auto known_links = ids_of(sound.links);
  for (SiteLinkBridge& bridge : sound.bridges)
    keep_known(bridge.links, known_links);
  sort_by_rank(sound.bridges);
  keep_one_an_id(sound.controllers);
  for (const Controller& controller : sound.controllers) {
    if (!std::ranges::binary_search(known_sites, controller.site)) {
      sound.sites.push_back({controller.site, {}, std::nullopt, {}});
    }
  }
  keep_one_an_id(sound.sites);
  for (NamingContext& context : sound.naming_contexts)
    std::ranges::sort(context.replicas);
  keep_one_an_id(sound.naming_contexts);
  const auto known_controllers = ids_of(sound.controllers);
  std::erase_if(sound.connections, [&](const ManualConnection& connection) {
    return !std::ranges::binary_search(known_controllers, connection.destination) ||
           !std::ranges::binary_search(known_controllers, connection.source);
  });
  sort_by_rank(sound.connections);
  return sound;
}

}  // namespace ringspan::kcc
