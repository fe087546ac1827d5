#include "sites/read_forest.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "sites/address.hpp"
#include "sites/fence.hpp"
#include "sites/forest_reader.hpp"
#include "sites/limits.hpp"

namespace ringspan::sites {

using namespace std::chrono_literals;

Forest ForestReader::read(const JsonNode& root) {
  Fields fields(faults_, root,
                {"$schema", "name", "guid", "domains", "applications", "policy", "roles", "sites",
                 "links", "bridges", "controllers", "connections"});
  fields.text("$schema");
  fields.require("name", "the forest's name, as in \"name\": \"corp\"");
  forest_.name = fields.name("name").value_or("");
  const auto guid = fields.guid("guid");
  forest_.id = guid ? ForestId(*guid) : forest_id_from_name(forest_.name);
  read_domains(fields);
  if (const JsonNode* policy = fields.find("policy")) read_policy(*policy);
  if (const JsonNode* roles = fields.find("roles")) read_roles(*roles);
  if (fields.require("sites", "at least one site")) {
    const auto& sites = fields.list("sites");
    const JsonNode* list = fields.find("sites");
    if (list != nullptr && list->kind == JsonKind::list && sites.empty()) {
      faults_.add(*list, "there are no sites", "add at least one site");
    }
    for (const JsonNode& node : sites)
      read_site(node);
  }
  for (const JsonNode& node : fields.list("links"))
    read_link(node);
  for (const JsonNode& node : fields.list("bridges"))
    read_bridge(node);
  for (const JsonNode& node : fields.list("applications"))
    read_application(node);
  for (const JsonNode& node : fields.list("controllers"))
    read_controller(node);
  read_replicas();
  for (const JsonNode& node : fields.list("connections"))
    read_connection(node);
  std::ranges::sort(forest_.sites, {}, &Site::id);
  std::ranges::sort(forest_.links, {}, &SiteLink::id);
  std::ranges::sort(forest_.bridges, {}, &SiteLinkBridge::name);
  std::ranges::sort(forest_.controllers, {}, &Controller::id);
  std::ranges::sort(forest_.naming_contexts, {}, &NamingContext::id);
  std::ranges::sort(forest_.connections, {}, [](const ManualConnection& connection) {
    return std::tie(connection.destination, connection.name);
  });
  return std::move(forest_);
}

void ForestReader::read_domains(Fields& fields) {
  constexpr auto remedy = "the root domain: \"domains\": [{\"dn\": \"dc=corp,dc=example\"}]";
  if (!fields.require("domains", remedy)) return;
  const JsonNode* list = fields.find("domains");
  const auto& domains = fields.list("domains");
  if (list != nullptr && list->kind == JsonKind::list && domains.empty()) {
    faults_.add(*list, "there is no domain", fmt::format("add {}", remedy));
  }
  bool is_root = true;
  for (const JsonNode& node : domains) {
    Fields domain(faults_, node, {"dn", "guid"});
    const auto dn = read_dn(domain);
    const auto guid = domain.guid("guid");
    if (!dn) {
      is_root = false;
      continue;
    }
    const NamingContextId id = id_of<NamingContextId>(guid, "naming-context", dn->key());
    if (add_context(node, NamingContextKind::domain, *dn, guid, {})) {
      domains_.add(faults_, node, dn->key(), id);
    }
    if (is_root) {
      forest_.root_domain = id;
      add_configuration_and_schema(node, *dn);
    }
    is_root = false;
  }
}

void ForestReader::add_configuration_and_schema(const JsonNode& where, const Dn& root_domain) {
  Dn configuration = root_domain;
  configuration.rdns.insert(configuration.rdns.begin(), Rdn{"cn", "configuration"});
  Dn schema = configuration;
  schema.rdns.insert(schema.rdns.begin(), Rdn{"cn", "schema"});
  add_context(where, NamingContextKind::configuration, configuration, std::nullopt, {});
  add_context(where, NamingContextKind::schema, schema, std::nullopt, {});
}

bool ForestReader::add_context(const JsonNode& where, NamingContextKind kind, const Dn& dn,
                               std::optional<base::Guid> guid, std::vector<ControllerId> replicas) {
  const auto id = id_of<NamingContextId>(guid, "naming-context", dn.key());
  forest_.naming_contexts.push_back({id, kind, dn.to_string(), std::move(replicas)});
  return contexts_.add(faults_, where, dn.to_string(), id);
}

void ForestReader::read_controller(const JsonNode& node) {
  Fields fields(faults_, node,
                {"name", "guid", "site", "domain", "read_only", "global_catalog", "address",
                 "inbound", "outbound", "slot", "preferred_bridgehead", "preferred_bridgehead_of"});
  Controller controller;
  fields.require("name", "the controller's name");
  if (fields.require("site", "the site in which it stands") && fields.find("site") != nullptr) {
    controller.site = sites_.resolve(faults_, *fields.find("site")).value_or(SiteId{});
  }
  controller.domain = forest_.root_domain;
  if (fields.find("domain") != nullptr) controller.domain = read_domain_of_controller(fields);
  controller.read_only = fields.flag("read_only").value_or(false);
  controller.global_catalog = fields.flag("global_catalog").value_or(false);
  controller.address = read_address(fields);
  controller.inbound = fields.flag("inbound").value_or(true);
  if (const auto slot = fields.whole("slot", 0, kMostControllers))
    controller.slot = static_cast<std::uint32_t>(*slot);
  controller.outbound = fields.flag("outbound").value_or(true);
  read_bridgehead(fields, controller);
  const auto guid = fields.guid("guid");
  controller.name = fields.name("name").value_or("");
  if (controller.name.empty()) return;
  controller.id = id_of<ControllerId>(guid, "controller", controller.name);
  controllers_.add(faults_, node, controller.name, controller.id);
  forest_.controllers.push_back(std::move(controller));
}

NamingContextId ForestReader::read_domain_of_controller(Fields& fields) {
  const JsonNode* node = fields.find("domain");
  const auto text = fields.text("domain");
  if (!text) return node == nullptr ? forest_.root_domain : NamingContextId{};
  const auto dn = Dn::parse(*text);
  if (!dn) {
    faults_.add(*node, dn.error());
    return {};
  }
  return domains_.resolve(faults_, *node, dn->key()).value_or(NamingContextId{});
}

std::string ForestReader::read_address(Fields& fields) {
  const auto address = fields.text("address");
  if (!address) return {};
  if (!is_address(*address)) {
    faults_.add(*fields.find("address"), fmt::format("\"{}\" is no address", *address),
                "write host:port, and an IPv6 host in brackets");
  }
  return *address;
}

void ForestReader::read_application(const JsonNode& node) {
  Fields fields(faults_, node, {"dn", "guid", "replicas"});
  const auto dn = read_dn(fields);
  const auto guid = fields.guid("guid");
  fields.require("replicas", "the names of the controllers that hold it");
  Held held{std::nullopt, &fields.list("replicas")};
  if (dn) {
    held.context = forest_.naming_contexts.size();
    add_context(node, NamingContextKind::application, *dn, guid, {});
  }
  held_.push_back(held);
}

void ForestReader::read_replicas() {
  for (const Held& held : held_) {
    auto replicas = resolve_all(controllers_, *held.replicas);
    if (held.context) forest_.naming_contexts[*held.context].replicas = std::move(replicas);
  }
}

void ForestReader::read_bridgehead(Fields& fields, Controller& controller) {
  controller.preferred_bridgehead = fields.flag("preferred_bridgehead").value_or(false);
  const JsonNode* list = fields.find("preferred_bridgehead_of");
  if (list != nullptr && controller.preferred_bridgehead) {
    faults_.add(*list, "it is preferred for everything that it holds",
                "say either \"preferred_bridgehead\" or \"preferred_bridgehead_of\"");
  }
  auto& contexts = controller.preferred_bridgehead_of;
  for (const JsonNode& node : fields.list("preferred_bridgehead_of")) {
    const auto text = text_of(faults_, node);
    if (!text) continue;
    const auto dn = Dn::parse(*text);
    if (!dn) {
      faults_.add(node, dn.error());
      continue;
    }
    const auto id = contexts_.resolve(faults_, node, dn->to_string());
    if (!id) continue;
    if (std::ranges::find(contexts, *id) != contexts.end()) {
      faults_.add(node, *text + " stands twice in this list", "remove one of them");
      continue;
    }
    contexts.push_back(*id);
  }
  std::ranges::sort(contexts);
}

void ForestReader::read_connection(const JsonNode& node) {
  Fields fields(faults_, node, {"name", "source", "destination", "enabled", "schedule"});
  const auto end = [&](const char* key, const char* what) -> std::optional<ControllerId> {
    fields.require(key, what);
    const JsonNode* field = std::as_const(fields).find(key);
    return field == nullptr ? std::nullopt : controllers_.resolve(faults_, *field);
  };
  ManualConnection connection;
  const auto source = end("source", "the controller that is pulled from");
  const auto destination = end("destination", "the controller that pulls");
  connection.enabled = fields.flag("enabled").value_or(true);
  connection.schedule = read_schedule(fields);
  connection.name = fields.find("name") != nullptr ? fields.name("name").value_or("")
                    : source                       ? "from " + fields.find("source")->text
                                                   : "";
  if (!source || !destination || connection.name.empty()) return;
  if (*source == *destination) {
    faults_.add(node, "a controller does not pull from itself", "name two controllers");
    return;
  }
  connection.source = *source;
  connection.destination = *destination;
  const std::string& into = fields.find("destination")->text;
  connections_.add(faults_, node, fmt::format("{} into {}", connection.name, into),
                   connection.destination.value.to_string() + connection.name);
  forest_.connections.push_back(std::move(connection));
}

std::optional<Dn> ForestReader::read_dn(Fields& fields) {
  if (!fields.require("dn", "the name, as in \"dn\": \"dc=corp,dc=example\"")) return std::nullopt;
  const auto text = fields.text("dn");
  if (!text) return std::nullopt;
  auto dn = Dn::parse(*text);
  if (!dn) {
    faults_.add(*fields.find("dn"), dn.error());
    return std::nullopt;
  }
  if (!dn->rdns.empty()) return *std::move(dn);
  faults_.add(*fields.find("dn"), "the name is empty", "write it like dc=corp,dc=example");
  return std::nullopt;
}

void ForestReader::read_policy(const JsonNode& node) {
  Fields fields(faults_, node,
                {"topology", "max_hops", "redundancy", "bridge_all_site_links",
                 "tombstone_lifetime", "recycle_bin", "forward_writes"});
  Policy& policy = forest_.policy;
  if (const auto topology = fields.text("topology")) {
    if (*topology == "active_directory") {
      policy.topology = TopologyPolicy::active_directory;
    } else if (*topology != "bounded") {
      faults_.add(*fields.find("topology"), fmt::format("unknown topology \"{}\"", *topology),
                  "use \"bounded\" or \"active_directory\"");
    }
  }
  policy.max_hops = static_cast<std::uint32_t>(fields.whole("max_hops", 1, 255).value_or(8));
  policy.redundancy = static_cast<std::uint32_t>(fields.whole("redundancy", 1, 2).value_or(2));
  policy.bridge_all_site_links = fields.flag("bridge_all_site_links").value_or(true);
  policy.tombstone_lifetime =
      fields.duration("tombstone_lifetime", 24h, 24h * 36500).value_or(policy.tombstone_lifetime);
  policy.recycle_bin = fields.flag("recycle_bin").value_or(false);
  policy.forward_writes = fields.flag("forward_writes").value_or(false);
}

void ForestReader::read_roles(const JsonNode& node) {
  Fields fields(faults_, node, {"fence", "endpoints"});
  const auto fence = fields.text("fence");
  const bool named = fields.require("fence", "what decides: \"fence\": \"etcd\"");
  if (fence && *fence != "etcd") {
    faults_.add(*fields.find("fence"), fmt::format("unknown fence \"{}\"", *fence),
                "use \"etcd\", or leave \"roles\" out");
  }
  if (!named || !fields.require("endpoints", "\"endpoints\": [\"https://host:2379\"]")) return;
  const auto& endpoints = fields.list("endpoints");
  if (const JsonNode* list = fields.find("endpoints");
      list->kind == JsonKind::list && endpoints.empty()) {
    faults_.add(*list, "there is no endpoint", "name one at least");
  }
  std::set<std::string> seen;
  for (const JsonNode& endpoint : endpoints) {
    const auto text = text_of(faults_, endpoint);
    if (!text) continue;
    if (const auto sound = parse_fence_endpoint(*text); !sound) {
      faults_.add(endpoint, sound.error());
    } else if (!seen.insert(*text).second) {
      faults_.add(endpoint, *text + " stands twice in this list", "remove one of them");
    }
  }
  forest_.policy.fence.assign(seen.begin(), seen.end());
}

tl::expected<Forest, std::vector<Fault>> read_forest(std::string_view text, std::string file_name) {
  constexpr std::array<JsonLimit, 2> limits{
      {{"sites", kMostSites}, {"controllers", kMostControllers}}};
  JsonSource source = read_json(text, file_name, limits);
  Faults faults(std::move(file_name));
  faults.add(std::move(source.faults));
  if (!source.root) return tl::unexpected(faults.sorted());
  Forest forest = ForestReader(faults).read(*source.root);
  if (!faults.none()) return tl::unexpected(faults.sorted());
  return forest;
}

}  // namespace ringspan::sites
