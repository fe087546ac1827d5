#include "sites/write_forest.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sites/dn.hpp"

namespace ringspan::sites {
namespace {

using Json = nlohmann::ordered_json;

/// Writes `value` unless it is what the reader assumes anyway.
template <typename Value>
void put(Json& object, const char* key, const Value& value, const Value& assumed) {
  if (value != assumed) object[key] = value;
}

/// The parts in the order of their names, in which people look for them.
template <typename Part>
std::vector<const Part*> by_name(const std::vector<Part>& parts) {
  std::vector<const Part*> sorted;
  for (const Part& part : parts)
    sorted.push_back(&part);
  std::ranges::sort(sorted, {}, [](const Part* part) { return part->name; });
  return sorted;
}

class ForestWriter {
 public:
  explicit ForestWriter(const Forest& forest) : forest_(forest) {
    for (const Site& site : forest.sites)
      site_names_[site.id] = site.name;
    for (const SiteLink& link : forest.links)
      link_names_[link.id] = link.name;
    for (const Controller& controller : forest.controllers) {
      controller_names_[controller.id] = controller.name;
    }
  }

  Json write() const;

 private:
  Json write_domains() const;
  Json write_applications() const;
  Json write_policy() const;
  Json write_site(const Site& site) const;
  Json write_link(const SiteLink& link) const;
  Json write_bridge(const SiteLinkBridge& bridge) const;
  Json write_controller(const Controller& controller) const;
  Json write_connection(const ManualConnection& connection) const;

  void put_guid(Json& object, const base::Guid& guid, std::string_view kind,
                std::string_view name) const {
    if (guid != id_from_name(forest_.id, kind, name)) object["guid"] = guid.to_string();
  }

  template <typename Id>
  static std::vector<std::string> names_of(const std::vector<Id>& ids,
                                           const std::map<Id, std::string>& names) {
    std::vector<std::string> texts;
    for (const Id& id : ids) {
      if (const auto found = names.find(id); found != names.end()) texts.push_back(found->second);
    }
    std::ranges::sort(texts);
    return texts;
  }

  const Forest& forest_;
  std::map<SiteId, std::string> site_names_;
  std::map<SiteLinkId, std::string> link_names_;
  std::map<ControllerId, std::string> controller_names_;
};

Json ForestWriter::write() const {
  Json root;
  root["name"] = forest_.name;
  if (forest_.id != forest_id_from_name(forest_.name)) root["guid"] = forest_.id.value.to_string();
  root["domains"] = write_domains();
  if (Json policy = write_policy(); !policy.empty()) root["policy"] = std::move(policy);
  if (!forest_.policy.fence.empty()) {
    root["roles"] = Json{{"fence", "etcd"}, {"endpoints", forest_.policy.fence}};
  }
  root["sites"] = Json::array();
  for (const Site* site : by_name(forest_.sites))
    root["sites"].push_back(write_site(*site));
  for (const SiteLink* link : by_name(forest_.links))
    root["links"].push_back(write_link(*link));
  for (const SiteLinkBridge& bridge : forest_.bridges) {
    root["bridges"].push_back(write_bridge(bridge));
  }
  for (const Controller* controller : by_name(forest_.controllers)) {
    root["controllers"].push_back(write_controller(*controller));
  }
  if (Json applications = write_applications(); !applications.empty()) {
    root["applications"] = std::move(applications);
  }
  for (const ManualConnection& connection : forest_.connections) {
    root["connections"].push_back(write_connection(connection));
  }
  return root;
}

/// The root domain first: the reader takes the first one for it.
Json ForestWriter::write_domains() const {
  Json domains = Json::array();
  for (const NamingContext& context : forest_.naming_contexts) {
    if (context.kind != NamingContextKind::domain) continue;
    Json domain{{"dn", context.dn}};
    const auto dn = Dn::parse(context.dn);
    put_guid(domain, context.id.value, "naming-context", dn ? dn->key() : context.dn);
    const bool is_root = context.id == forest_.root_domain;
    domains.insert(is_root ? domains.begin() : domains.end(), std::move(domain));
  }
  return domains;
}

Json ForestWriter::write_applications() const {
  Json applications = Json::array();
  for (const NamingContext& context : forest_.naming_contexts) {
    if (context.kind != NamingContextKind::application) continue;
    Json application{{"dn", context.dn},
                     {"replicas", names_of(context.replicas, controller_names_)}};
    const auto dn = Dn::parse(context.dn);
    put_guid(application, context.id.value, "naming-context", dn ? dn->key() : context.dn);
    applications.push_back(std::move(application));
  }
  return applications;
}

Json ForestWriter::write_policy() const {
  const Policy assumed;
  const Policy& policy = forest_.policy;
  Json json = Json::object();
  if (policy.topology != assumed.topology) json["topology"] = "active_directory";
  put(json, "max_hops", policy.max_hops, assumed.max_hops);
  put(json, "redundancy", policy.redundancy, assumed.redundancy);
  put(json, "bridge_all_site_links", policy.bridge_all_site_links, assumed.bridge_all_site_links);
  put(json, "tombstone_lifetime", base::to_string(policy.tombstone_lifetime),
      base::to_string(assumed.tombstone_lifetime));
  put(json, "recycle_bin", policy.recycle_bin, assumed.recycle_bin);
  put(json, "forward_writes", policy.forward_writes, assumed.forward_writes);
  return json;
}

Json ForestWriter::write_site(const Site& site) const {
  Json json{{"name", site.name}};
  put_guid(json, site.id.value, "site", site.name);
  if (site.coordinates) {
    json["coordinates"] =
        Json{{"latitude", site.coordinates->latitude}, {"longitude", site.coordinates->longitude}};
  }
  put(json, "subnets", site.subnets, {});
  for (const SiteOption option : site.options)
    json["options"].push_back(to_string(option));
  return json;
}

Json ForestWriter::write_link(const SiteLink& link) const {
  const SiteLink assumed;
  auto sites = names_of(link.sites, site_names_);
  if (sites.size() == 2 && link.name == sites[1] + "-" + sites[0]) std::swap(sites[0], sites[1]);
  const bool name_follows = sites.size() == 2 && link.name == sites[0] + "-" + sites[1];
  Json json = Json::object();
  if (!name_follows) json["name"] = link.name;
  put_guid(json, link.id.value, "site-link", link.name);
  json["sites"] = sites;
  put(json, "cost", link.cost.value, assumed.cost.value);
  put(json, "interval", base::to_string(link.interval), base::to_string(assumed.interval));
  put(json, "schedule", link.schedule.to_string(), assumed.schedule.to_string());
  put(json, "notify", link.notify, assumed.notify);
  put(json, "compress", link.compress, assumed.compress);
  return json;
}

Json ForestWriter::write_bridge(const SiteLinkBridge& bridge) const {
  return {{"name", bridge.name}, {"links", names_of(bridge.links, link_names_)}};
}

Json ForestWriter::write_controller(const Controller& controller) const {
  Json json{{"name", controller.name}};
  put_guid(json, controller.id.value, "controller", controller.name);
  const auto site = site_names_.find(controller.site);
  json["site"] = site == site_names_.end() ? "" : site->second;
  const NamingContext* domain = find_naming_context(forest_, controller.domain);
  if (controller.domain != forest_.root_domain && domain != nullptr) json["domain"] = domain->dn;
  put(json, "read_only", controller.read_only, false);
  put(json, "global_catalog", controller.global_catalog, false);
  put(json, "address", controller.address, {});
  put(json, "inbound", controller.inbound, true);
  put(json, "outbound", controller.outbound, true);
  if (controller.slot) json["slot"] = *controller.slot;
  put(json, "preferred_bridgehead", controller.preferred_bridgehead, false);
  for (const NamingContextId id : controller.preferred_bridgehead_of) {
    const NamingContext* context = find_naming_context(forest_, id);
    if (context != nullptr) json["preferred_bridgehead_of"].push_back(context->dn);
  }
  return json;
}

Json ForestWriter::write_connection(const ManualConnection& connection) const {
  const auto name_of = [this](ControllerId id) {
    const auto found = controller_names_.find(id);
    return found == controller_names_.end() ? std::string() : found->second;
  };
  const std::string source = name_of(connection.source);
  Json json = Json::object();
  put(json, "name", connection.name, "from " + source);
  json["source"] = source;
  json["destination"] = name_of(connection.destination);
  put(json, "enabled", connection.enabled, true);
  put(json, "schedule", connection.schedule.to_string(), Schedule().to_string());
  return json;
}

}  // namespace

std::string write_forest(const Forest& forest) {
  return ForestWriter(forest).write().dump(2) + "\n";
}

}  // namespace ringspan::sites
