#include "replicator/configuration/item.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "replicator/configuration/contexts.hpp"
#include "replicator/engine/fence.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator::configuration {
namespace {

constexpr std::array<std::pair<ItemKind, std::string_view>, 7> kClasses{{
    {ItemKind::container, "container"},
    {ItemKind::site, "site"},
    {ItemKind::site_link, "sitelink"},
    {ItemKind::bridge, "sitelinkbridge"},
    {ItemKind::controller, "controller"},
    {ItemKind::naming_context, "namingcontext"},
    {ItemKind::policy, "policy"},
}};

constexpr std::string_view kContainers[] = {
    "sites", "site-links", "bridges", "controllers", "naming-contexts", "definitions", "people"};

constexpr std::string_view kDefined[] = {"address",
                                         "bridgeall",
                                         "compress",
                                         "connection",
                                         "context",
                                         "cost",
                                         "domain",
                                         "fence",
                                         "forestid",
                                         "forestname",
                                         "forwardwrites",
                                         "globalcatalog",
                                         "inboundenabled",
                                         "interval",
                                         "kind",
                                         "latitude",
                                         "longitude",
                                         "maxhops",
                                         "notify",
                                         "option",
                                         "outboundenabled",
                                         "preferredbridgehead",
                                         "preferredbridgeheadof",
                                         "readonly",
                                         "recyclebin",
                                         "redundancy",
                                         "replica",
                                         "rootdomain",
                                         "schedule",
                                         "site",
                                         "sitelink",
                                         "subnet",
                                         "tombstonelifetime",
                                         "topology"};

std::string text(bool flag) {
  return flag ? "TRUE" : "FALSE";
}

template <typename Ids>
std::vector<std::string> texts(const Ids& ids) {
  std::vector<std::string> all;
  for (const auto& id : ids)
    all.push_back(id.value.to_string());
  return value_set(std::move(all));
}

/// Notes what differs from the default.
template <typename Value>
void put(Values& attributes, const char* name, const Value& value, const Value& assumed,
         std::string written) {
  if (value != assumed) attributes[name] = {std::move(written)};
}

Item item(ObjectId id, ItemKind kind, std::string container, std::string name) {
  return {.id = id,
          .kind = kind,
          .container = std::move(container),
          .name = std::move(name),
          .attributes = {}};
}

Item site_item(const sites::Site& site) {
  Item made = item(ObjectId(site.id.value), ItemKind::site, "sites", site.name);
  if (site.coordinates) {
    made.attributes["latitude"] = {fmt::format("{}", site.coordinates->latitude)};
    made.attributes["longitude"] = {fmt::format("{}", site.coordinates->longitude)};
  }
  if (!site.subnets.empty()) made.attributes["subnet"] = value_set(site.subnets);
  std::vector<std::string> options;
  for (const sites::SiteOption option : site.options)
    options.emplace_back(sites::to_string(option));
  if (!options.empty()) made.attributes["option"] = value_set(std::move(options));
  return made;
}

Item link_item(const sites::SiteLink& link) {
  const sites::SiteLink assumed;
  Item made = item(ObjectId(link.id.value), ItemKind::site_link, "site-links", link.name);
  Values& to = made.attributes;
  to["site"] = texts(link.sites);
  put(to, "cost", link.cost, assumed.cost, std::to_string(link.cost.value));
  put(to, "interval", link.interval, assumed.interval, base::to_string(link.interval));
  put(to, "schedule", link.schedule, assumed.schedule, link.schedule.to_string());
  put(to, "notify", link.notify, assumed.notify, text(link.notify));
  put(to, "compress", link.compress, assumed.compress, text(link.compress));
  return made;
}

Item bridge_item(const sites::Forest& forest, const sites::SiteLinkBridge& bridge) {
  const ObjectId id(sites::id_from_name(forest.id, "site-link-bridge", bridge.name));
  Item made = item(id, ItemKind::bridge, "bridges", bridge.name);
  made.attributes["sitelink"] = texts(bridge.links);
  return made;
}

/// "source|TRUE|schedule|name": the name comes last since it may hold a bar.
std::string connection_text(const sites::ManualConnection& connection) {
  return fmt::format("{}|{}|{}|{}", connection.source.value.to_string(), text(connection.enabled),
                     connection.schedule.to_string(), connection.name);
}

using Connections = std::map<ControllerId, std::vector<std::string>>;

/// What was connected by hand, by destination.
Connections connections_of(const sites::Forest& forest) {
  Connections connections;
  for (const sites::ManualConnection& connection : forest.connections)
    connections[connection.destination].push_back(connection_text(connection));
  return connections;
}

Item controller_item(const sites::Controller& controller, Connections& connections) {
  Item made =
      item(ObjectId(controller.id.value), ItemKind::controller, "controllers", controller.name);
  Values& to = made.attributes;
  to["site"] = {controller.site.value.to_string()};
  to["domain"] = {controller.domain.value.to_string()};
  put(to, "readonly", controller.read_only, false, text(controller.read_only));
  put(to, "globalcatalog", controller.global_catalog, false, text(controller.global_catalog));
  put(to, "address", controller.address, {}, controller.address);
  put(to, "inboundenabled", controller.inbound, true, text(controller.inbound));
  put(to, "outboundenabled", controller.outbound, true, text(controller.outbound));
  put(to, "preferredbridgehead", controller.preferred_bridgehead, false,
      text(controller.preferred_bridgehead));
  if (!controller.preferred_bridgehead_of.empty()) {
    to["preferredbridgeheadof"] = texts(controller.preferred_bridgehead_of);
  }
  const auto into = connections.find(controller.id);
  if (into != connections.end()) to["connection"] = value_set(std::move(into->second));
  return made;
}

std::string_view name_of(sites::NamingContextKind kind) {
  switch (kind) {
    case sites::NamingContextKind::configuration:
      return "configuration";
    case sites::NamingContextKind::schema:
      return "schema";
    case sites::NamingContextKind::domain:
      return "domain";
    case sites::NamingContextKind::application:
      return "application";
  }
  return "";
}

/// Its own GUID is the GUID of its head, so its place in the list has one that follows from it.
Item context_item(const sites::NamingContext& context) {
  Item made = item(entry_of(context.id), ItemKind::naming_context, "naming-contexts", context.dn);
  made.attributes["kind"] = {std::string(name_of(context.kind))};
  made.attributes["context"] = {context.id.value.to_string()};
  if (!context.replicas.empty()) made.attributes["replica"] = texts(context.replicas);
  return made;
}

Item policy_item(const sites::Forest& forest) {
  const sites::Policy assumed;
  const sites::Policy& policy = forest.policy;
  const ObjectId id(sites::id_from_name(forest.id, "policy", "policy"));
  Item made = item(id, ItemKind::policy, "", "policy");
  Values& to = made.attributes;
  to["forestid"] = {forest.id.value.to_string()};
  to["forestname"] = {forest.name};
  to["rootdomain"] = {forest.root_domain.value.to_string()};
  put(to, "topology", policy.topology, assumed.topology, "active_directory");
  put(to, "maxhops", policy.max_hops, assumed.max_hops, std::to_string(policy.max_hops));
  put(to, "redundancy", policy.redundancy, assumed.redundancy, std::to_string(policy.redundancy));
  put(to, "bridgeall", policy.bridge_all_site_links, assumed.bridge_all_site_links,
      text(policy.bridge_all_site_links));
  put(to, "tombstonelifetime", policy.tombstone_lifetime, assumed.tombstone_lifetime,
      base::to_string(policy.tombstone_lifetime));
  put(to, "recyclebin", policy.recycle_bin, assumed.recycle_bin, text(policy.recycle_bin));
  put(to, "forwardwrites", policy.forward_writes, assumed.forward_writes,
      text(policy.forward_writes));
  if (!policy.fence.empty()) to["fence"] = value_set(policy.fence);
  return made;
}

/// What a tombstone was; its class went with its other values.
std::optional<Item> item_in(const Object& object) {
  Item made = item(object.id, ItemKind::container, "", object.placement().rdn.value);
  made.deleted = object.deleted();
  for (const auto& [name, attribute] : object.attributes) {
    if (name == kName || name == kIsDeleted || attribute.values.empty()) continue;
    made.attributes.emplace(name, attribute.values);
  }
  if (made.deleted) return made;
  const auto object_class = made.attributes.find("objectclass");
  if (object_class == made.attributes.end()) return std::nullopt;
  const auto kind = kind_of(object_class->second.front());
  if (!kind) return std::nullopt;
  made.kind = *kind;
  made.attributes.erase(object_class);
  return made;
}

}  // namespace

std::string_view class_of(ItemKind kind) {
  return std::ranges::find(kClasses, kind, &decltype(kClasses)::value_type::first)->second;
}

std::optional<ItemKind> kind_of(std::string_view object_class) {
  const auto* found =
      std::ranges::find(kClasses, object_class, &decltype(kClasses)::value_type::second);
  if (found == kClasses.end()) return std::nullopt;
  return found->first;
}

std::vector<Item> items_of(const sites::Forest& forest) {
  std::vector<Item> items;
  for (const std::string_view name : kContainers) {
    items.push_back(
        item(container_id(forest.id, name), ItemKind::container, "", std::string(name)));
  }
  items.push_back(policy_item(forest));
  for (const sites::NamingContext& context : forest.naming_contexts)
    items.push_back(context_item(context));
  for (const sites::Site& site : forest.sites)
    items.push_back(site_item(site));
  for (const sites::SiteLink& link : forest.links)
    items.push_back(link_item(link));
  for (const sites::SiteLinkBridge& bridge : forest.bridges)
    items.push_back(bridge_item(forest, bridge));
  Connections connections = connections_of(forest);
  for (const sites::Controller& controller : forest.controllers)
    items.push_back(controller_item(controller, connections));
  return items;
}

std::vector<Item> items_in(const Snapshot& snapshot, NamingContextId context) {
  std::vector<Item> items;
  const RoleId naming{MasterRole::naming, context};
  const std::uint64_t floor = fence_floor(snapshot, naming);
  snapshot.changed_since(context, Usn{}, [&](const Row& row) {
    const Object object = stored_object(row);
    auto found = item_in(object);
    if (!found) return true;
    const bool listed = found->kind == ItemKind::naming_context && !found->deleted;
    if (!listed || !is_void(object, floor, naming)) items.push_back(*std::move(found));
    return true;
  });
  std::ranges::sort(items, {}, &Item::id);
  return items;
}

bool is_defined(std::string_view attribute) {
  return std::ranges::find(kDefined, attribute) != std::end(kDefined);
}

ObjectId container_id(sites::ForestId forest, std::string_view name) {
  return ObjectId(sites::id_from_name(forest, "container", name));
}

NamingContextId configuration_of(const sites::Forest& forest) {
  for (const sites::NamingContext& context : forest.naming_contexts) {
    if (context.kind == sites::NamingContextKind::configuration) return context.id;
  }
  return {};
}

}  // namespace ringspan::replicator::configuration
