#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "base/fold.hpp"
#include "sites/ldif_forest_reader.hpp"

namespace ringspan::sites {
namespace {

// nTDSDSA.options
constexpr std::uint32_t kGlobalCatalog = 0x1;
constexpr std::uint32_t kInboundDisabled = 0x2;
constexpr std::uint32_t kOutboundDisabled = 0x4;
// nTDSConnection.options
constexpr std::uint32_t kGenerated = 0x1;
constexpr std::uint32_t kSystemVolumeOnly = 0x40;

/// Where an agent names what it holds in full.
constexpr std::array<std::string_view, 3> kHeldInFull{"msds-hasmasterncs", "hasmasterncs",
                                                      "msds-hasfullreplicancs"};

/// Of "20250301000000.0Z".
std::optional<base::Time> parse_generalized_time(std::string_view text) {
  if (text.size() < 15) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) { return text.substr(at, size); };
  return base::parse_time(fmt::format("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2),
                                      part(8, 2), part(10, 2), part(12, 2)));
}

bool is_preferred_bridgehead(const DirectoryEntry& server) {
  return std::ranges::any_of(server.all("bridgeheadtransportlist"), [](const LdifValue* value) {
    const auto transport = parse_reference(value->value);
    return transport && !transport->dn.rdns.empty() && transport->dn.rdns.front().key() == "ip";
  });
}

}  // namespace

void LdifForestReader::read_controllers() {
  for (const DirectoryEntry& entry : directory_.of(EntryKind::agent))
    read_controller(entry);
  std::set<std::string_view> with_agent;
  for (const DirectoryEntry& entry : directory_.of(EntryKind::agent))
    with_agent.insert(entry.above(1));
  for (const DirectoryEntry& entry : directory_.of(EntryKind::server)) {
    if (with_agent.contains(entry.keys.front())) continue;
    left_out(entry, "the server is no controller (it has no NTDS Settings in this file)",
             "delete the object if the controller was demoted");
  }
}

/// CN=NTDS Settings,CN=<server>,CN=Servers,CN=<site>,CN=Sites,...
void LdifForestReader::read_controller(const DirectoryEntry& entry) {
  const auto site = sites_.find(std::string(entry.above(3)));
  if (site == sites_.end()) {
    return left_out(entry, "its site is not in this file",
                    "export the whole configuration, or delete the object");
  }
  Controller controller;
  controller.name = name_for(controller_names_, entry, entry.dn.rdns[1].value);
  controller.id = id_of<ControllerId>(entry, "controller", controller.name);
  controller.site = site->second;
  controller.domain = domain_of(entry, controller.name);
  controller.read_only = entry.read_only_agent;
  const std::uint32_t options = bits(entry);
  controller.global_catalog = (options & kGlobalCatalog) != 0;
  controller.inbound = (options & kInboundDisabled) == 0;
  // A read-only one never is a source, so the bit that it always bears says nothing more.
  controller.outbound = controller.read_only || (options & kOutboundDisabled) == 0;
  if (const auto* server = directory_.find(EntryKind::server, entry.above(1))) {
    controller.preferred_bridgehead = is_preferred_bridgehead(*server);
  }
  controllers_.emplace(entry.keys.front(), controller.id);
  made_.forest.controllers.push_back(std::move(controller));
}

/// What it says itself, else the domain that it holds in full, else the root domain.
NamingContextId LdifForestReader::domain_of(const DirectoryEntry& entry, const std::string& name) {
  std::vector<const LdifValue*> said = entry.all("msds-hasdomainncs");
  for (const std::string_view attribute : kHeldInFull) {
    for (const LdifValue* value : entry.all(attribute))
      said.push_back(value);
  }
  for (const LdifValue* value : said) {
    const auto reference = parse_reference(value->value);
    if (!reference) continue;
    const auto context = contexts_.find(reference->dn.key());
    if (context != contexts_.end() && domains_.contains(context->second)) return context->second;
  }
  findings_.add(
      entry.line, entry.dn.to_string(),
      fmt::format("it is not said which domain {} holds; counted to the root domain", name),
      "export with msDS-HasDomainNCs or hasMasterNCs");
  return made_.forest.root_domain;
}

/// Who holds the application contexts: as their cross-references say, else what the controllers say
/// themselves.
void LdifForestReader::read_replicas() {
  std::map<NamingContextId, std::set<ControllerId>> replicas;
  std::set<NamingContextId> located;
  for (const DirectoryEntry& entry : directory_.of(EntryKind::cross_reference)) {
    const auto name = parse_reference(entry.text("ncname"));
    const auto context = name ? contexts_.find(name->dn.key()) : contexts_.end();
    if (context == contexts_.end()) continue;
    for (const std::string_view attribute :
         {"msds-nc-replica-locations", "msds-nc-ro-replica-locations"}) {
      if (entry.find(attribute) != nullptr) located.insert(context->second);
      const auto ids = resolve_all(entry, attribute, EntryKind::agent, controllers_, "controller");
      replicas[context->second].insert(ids.begin(), ids.end());
    }
  }
  for (const DirectoryEntry& entry : directory_.of(EntryKind::agent)) {
    const auto controller = controllers_.find(entry.keys.front());
    if (controller == controllers_.end()) continue;
    for (const std::string_view attribute : kHeldInFull) {
      for (const LdifValue* value : entry.all(attribute)) {
        const auto name = parse_reference(value->value);
        const auto context = name ? contexts_.find(name->dn.key()) : contexts_.end();
        if (context == contexts_.end() || located.contains(context->second)) continue;
        replicas[context->second].insert(controller->second);
      }
    }
  }
  for (NamingContext& context : made_.forest.naming_contexts) {
    if (context.kind != NamingContextKind::application) continue;
    const auto& held = replicas[context.id];
    context.replicas.assign(held.begin(), held.end());
  }
}

void LdifForestReader::read_connections() {
  for (const DirectoryEntry& entry : directory_.of(EntryKind::connection))
    read_connection(entry);
}

void LdifForestReader::read_connection(const DirectoryEntry& entry) {
  const auto destination = controllers_.find(std::string(entry.above(1)));
  if (destination == controllers_.end()) {
    return left_out(entry, "the controller that it belongs to is not in this file",
                    "export the whole configuration, or delete the object");
  }
  const auto sources =
      resolve_all(entry, "fromserver", EntryKind::agent, controllers_, "controller");
  if (sources.empty() || sources.front() == destination->second) {
    return left_out(entry, "it has no source", "give it a source, or delete the connection");
  }
  const std::uint32_t options = bits(entry);
  ExportedConnection connection;
  connection.guid = entry.guid;
  connection.name = entry.dn.rdns.front().value;
  connection.destination = destination->second;
  connection.source = sources.front();
  connection.generated = (options & kGenerated) != 0;
  connection.enabled = is_true(entry, "enabledconnection", true);
  connection.system_volume_only = (options & kSystemVolumeOnly) != 0;
  connection.schedule = read_schedule(entry);
  connection.created = parse_generalized_time(entry.text("whencreated"));
  if (!connection.generated && !connection.system_volume_only) {
    made_.forest.connections.push_back(
        {name_for(connection_names_[connection.destination], entry, connection.name),
         connection.destination, connection.source, connection.enabled, connection.schedule});
  }
  made_.connections.push_back(std::move(connection));
}

}  // namespace ringspan::sites
