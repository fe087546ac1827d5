#include "sites/write_ldif.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "sites/base64.hpp"
#include "sites/dn.hpp"
#include "sites/ldif_keywords.hpp"
#include "sites/name_giver.hpp"

namespace ringspan::sites {
namespace {

constexpr std::size_t kWidth = 76;

/// RFC 2849's SAFE-STRING, and no space at its end.
bool is_plain(std::string_view value) {
  if (value.empty()) return true;
  if (value.front() == ' ' || value.front() == ':' || value.front() == '<') return false;
  return value.back() != ' ' && std::ranges::all_of(value, [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f;
         });
}

Dn below(const Dn& parent, std::string_view name) {
  Dn dn = parent;
  dn.rdns.insert(dn.rdns.begin(), Rdn{"CN", std::string(name)});
  return dn;
}

/// Whole minutes, not fewer than meant.
std::int64_t minutes(base::Duration interval) {
  return std::chrono::ceil<std::chrono::minutes>(interval).count();
}

/// The root domain's name; the root of all names if the forest has none.
Dn root_domain_of(const Forest& forest) {
  const NamingContext* root = find_naming_context(forest, forest.root_domain);
  return root == nullptr ? Dn{} : Dn::parse(root->dn).value_or(Dn{});
}

class LdifWriter {
 public:
  LdifWriter(const Forest& forest, LdifContent content) : forest_(forest), content_(content) {}

  std::string write();

 private:
  bool everything() const { return content_ == LdifContent::everything; }
  void begin(const Dn& dn, std::initializer_list<std::string_view> classes);
  void put(std::string_view attribute, std::string_view value);
  void put(std::string_view attribute, const Dn& value) { put(attribute, value.to_string()); }
  void put_guid(const base::Guid& guid) {
    if (everything()) put("objectGUID", guid.to_string());
  }
  void put_schedule(const Schedule& schedule) {
    if (!schedule.is_always()) put("schedule", schedule.to_blob());
  }
  void end() { text_ += '\n'; }

  void write_context(const NamingContext& context);
  void write_transport();
  void write_site(const Site& site);
  void write_subnets(const Site& site);
  void write_link(const SiteLink& link);
  void write_bridge(const SiteLinkBridge& bridge);
  void write_controller(const Controller& controller);
  void write_held(const Controller& controller);
  void write_connection(const ManualConnection& connection);
  void write_keywords();

  const Forest& forest_;
  LdifContent content_;
  std::string text_;
  Dn configuration_;
  Dn sites_;
  Dn transport_;
  NameGiver transport_names_;  ///< Links and bridges lie in one container: no two have one name.
  std::map<SiteId, Dn> site_names_;
  std::map<SiteLinkId, Dn> link_names_;
  std::map<ControllerId, Dn> agent_names_;
  std::set<ControllerId> read_only_;
};

std::string LdifWriter::write() {
  configuration_ = below(root_domain_of(forest_), "Configuration");
  sites_ = below(configuration_, "Sites");
  transport_ = below(below(sites_, "Inter-Site Transports"), "IP");
  for (const Site& site : forest_.sites)
    site_names_[site.id] = below(sites_, site.name);
  for (const SiteLink& link : forest_.links)
    link_names_[link.id] = below(transport_, transport_names_.give(link.name));
  for (const Controller& controller : forest_.controllers) {
    const Dn servers = below(site_names_[controller.site], "Servers");
    agent_names_[controller.id] = below(below(servers, controller.name), "NTDS Settings");
    if (controller.read_only) read_only_.insert(controller.id);
  }
  text_ = "# " + std::string(is_plain(forest_.name) ? forest_.name : "forest") + "\n\n";
  if (everything()) {
    for (const NamingContext& context : forest_.naming_contexts)
      write_context(context);
    write_transport();
  } else if (!forest_.policy.bridge_all_site_links) {
    text_ += "# Clear \"bridge all site links\" of CN=IP by hand: its options must have bit 2.\n\n";
  }
  for (const Site& site : forest_.sites)
    write_site(site);
  for (const Site& site : forest_.sites)
    write_subnets(site);
  for (const SiteLink& link : forest_.links)
    write_link(link);
  for (const SiteLinkBridge& bridge : forest_.bridges)
    write_bridge(bridge);
  if (everything()) {
    for (const Controller& controller : forest_.controllers)
      write_controller(controller);
    for (const ManualConnection& connection : forest_.connections)
      write_connection(connection);
    write_keywords();
  }
  return std::move(text_);
}

void LdifWriter::put(std::string_view attribute, std::string_view value) {
  std::string line = is_plain(value) ? fmt::format("{}: {}", attribute, value)
                                     : fmt::format("{}:: {}", attribute, to_base64(value));
  for (std::size_t room = kWidth; line.size() > room; room = kWidth - 1) {
    text_ += line.substr(0, room) + "\n ";
    line.erase(0, room);
  }
  text_ += line + "\n";
}

void LdifWriter::begin(const Dn& dn, std::initializer_list<std::string_view> classes) {
  put("dn", dn);
  put("changetype", "add");
  put("objectClass", "top");
  for (const std::string_view object_class : classes)
    put("objectClass", object_class);
}

/// A domain or application context: its head, which bears the GUID, and its cross-reference.
void LdifWriter::write_context(const NamingContext& context) {
  const bool domain = context.kind == NamingContextKind::domain;
  if (!domain && context.kind != NamingContextKind::application) return;
  const auto dn = Dn::parse(context.dn);
  if (!dn) return;
  begin(*dn, {"domain", "domainDNS"});
  put_guid(context.id.value);
  end();
  begin(below(below(configuration_, "Partitions"), context.id.value.to_string()), {"crossRef"});
  put("nCName", *dn);
  put("systemFlags", domain ? "3" : "5");
  for (const ControllerId id : context.replicas) {
    if (!agent_names_.contains(id)) continue;
    put(read_only_.contains(id) ? "msDS-NC-RO-Replica-Locations" : "msDS-NC-Replica-Locations",
        agent_names_.at(id));
  }
  end();
}

void LdifWriter::write_transport() {
  begin(transport_, {"interSiteTransport"});
  if (!forest_.policy.bridge_all_site_links) put("options", "2");
  end();
  begin(below(below(below(configuration_, "Services"), "Windows NT"), "Directory Service"),
        {"nTDSService"});
  put("tombstoneLifetime",
      std::to_string(
          std::chrono::ceil<std::chrono::days>(forest_.policy.tombstone_lifetime).count()));
  end();
  if (!forest_.policy.recycle_bin) return;
  const Dn partitions = below(configuration_, "Partitions");
  begin(partitions, {"crossRefContainer"});
  put("msDS-EnabledFeature", below(below(partitions, "Optional Features"), "Recycle Bin Feature"));
  end();
}

void LdifWriter::write_site(const Site& site) {
  const Dn& dn = site_names_.at(site.id);
  begin(dn, {"site"});
  put_guid(site.id.value);
  end();
  begin(below(dn, "NTDS Site Settings"), {"applicationSiteSettings", "nTDSSiteSettings"});
  if (!site.options.empty()) put("options", std::to_string(bits_of(site.options)));
  end();
  begin(below(dn, "Servers"), {"serversContainer"});
  end();
}

void LdifWriter::write_subnets(const Site& site) {
  for (const std::string& subnet : site.subnets) {
    begin(below(below(sites_, "Subnets"), subnet), {"subnet"});
    put("siteObject", site_names_.at(site.id));
    end();
  }
}

void LdifWriter::write_link(const SiteLink& link) {
  begin(link_names_.at(link.id), {"siteLink"});
  put_guid(link.id.value);
  for (const SiteId site : link.sites) {
    if (site_names_.contains(site)) put("siteList", site_names_.at(site));
  }
  put("cost", std::to_string(link.cost.value));
  put("replInterval", std::to_string(minutes(link.interval)));
  const int options = (link.notify ? 1 : 0) + (link.compress ? 0 : 4);
  if (options != 0) put("options", std::to_string(options));
  put_schedule(link.schedule);
  end();
}

void LdifWriter::write_bridge(const SiteLinkBridge& bridge) {
  begin(below(transport_, transport_names_.give(bridge.name)), {"siteLinkBridge"});
  for (const SiteLinkId link : bridge.links) {
    if (link_names_.contains(link)) put("siteLinkList", link_names_.at(link));
  }
  end();
}

void LdifWriter::write_controller(const Controller& controller) {
  Dn server = agent_names_.at(controller.id);
  const Dn agent = server;
  server.rdns.erase(server.rdns.begin());
  begin(server, {"server"});
  const auto colon = controller.address.rfind(':');
  if (colon != std::string::npos) put("dNSHostName", controller.address.substr(0, colon));
  if (controller.preferred_bridgehead) put("bridgeheadTransportList", transport_);
  end();
  if (controller.read_only) {
    begin(agent, {"applicationSettings", "nTDSDSA", "nTDSDSARO"});
  } else {
    begin(agent, {"applicationSettings", "nTDSDSA"});
  }
  put_guid(controller.id.value);
  const int options = (controller.global_catalog ? 1 : 0) + (controller.inbound ? 0 : 2) +
                      (controller.outbound && !controller.read_only ? 0 : 4);
  put("options", std::to_string(options));
  write_held(controller);
  end();
}

void LdifWriter::write_held(const Controller& controller) {
  for (const NamingContext& context : forest_.naming_contexts) {
    switch (replica_kind(controller, context)) {
      case ReplicaKind::none:
        break;
      case ReplicaKind::partial:
        put("hasPartialReplicaNCs", context.dn);
        break;
      case ReplicaKind::read_only:
        put("msDS-hasFullReplicaNCs", context.dn);
        break;
      case ReplicaKind::writable:
        put("msDS-hasMasterNCs", context.dn);
        break;
    }
  }
  const NamingContext* domain = find_naming_context(forest_, controller.domain);
  if (domain != nullptr) put("msDS-HasDomainNCs", domain->dn);
}

void LdifWriter::write_connection(const ManualConnection& connection) {
  if (!agent_names_.contains(connection.destination) || !agent_names_.contains(connection.source)) {
    return;
  }
  begin(below(agent_names_.at(connection.destination), connection.name), {"nTDSConnection"});
  put("fromServer", agent_names_.at(connection.source));
  put("options", "0");
  put("enabledConnection", connection.enabled ? "TRUE" : "FALSE");
  put_schedule(connection.schedule);
  end();
}

void LdifWriter::write_keywords() {
  begin(below(below(configuration_, "Services"), "Ringspan"),
        {"leaf", "connectionPoint", "serviceConnectionPoint"});
  for (const std::string& keyword : keywords_of(forest_))
    put("keywords", keyword);
  end();
}

}  // namespace

std::string write_ldif(const Forest& forest, LdifContent content) {
  return LdifWriter(forest, content).write();
}

std::vector<std::string> losses_in_ldif(const Forest& forest, LdifContent content) {
  std::vector<std::string> losses;
  if (content == LdifContent::everything) return losses;
  const auto note = [&losses](bool lost, const char* what) {
    if (lost) losses.emplace_back(what);
  };
  const auto has_coordinates = [](const Site& site) { return site.coordinates.has_value(); };
  const auto is_rounded = [](const SiteLink& link) {
    return std::chrono::minutes(minutes(link.interval)) != link.interval;
  };
  constexpr std::size_t kGivenByRule = 3;  // root domain, configuration, schema
  Policy policy;
  policy.bridge_all_site_links = forest.policy.bridge_all_site_links;  // a comment says it
  note(forest.name != dns_name(root_domain_of(forest)),
       "the forest's name (its root domain's is read)");
  note(forest.naming_contexts.size() > kGivenByRule, "other domains and application contexts");
  note(!forest.controllers.empty(), "controllers");
  note(!forest.connections.empty(), "connections made by hand");
  note(std::ranges::any_of(forest.sites, has_coordinates), "coordinates of sites");
  note(std::ranges::any_of(forest.links, is_rounded), "intervals that are not whole minutes");
  note(forest.policy != policy, "the forest's policy");
  return losses;
}

}  // namespace ringspan::sites
