#include "sites/write_ldif.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "sites/dn.hpp"
#include "sites/ldif_keywords.hpp"
#include "sites/ldif_text.hpp"
#include "sites/name_giver.hpp"

namespace ringspan::sites {
namespace {

/// Whole minutes, not fewer than meant.
std::int64_t minutes(base::Duration interval) {
  return std::chrono::ceil<std::chrono::minutes>(interval).count();
}

class LdifWriter {
 public:
  LdifWriter(const Forest& forest, LdifContent content)
      : forest_(forest), content_(content), names_(forest) {}

  std::string write();

 private:
  bool everything() const { return content_ == LdifContent::everything; }
  void put_guid(const base::Guid& guid) {
    if (everything()) text_.put("objectGUID", guid.to_string());
  }

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
  LdifText text_;
  LdifNames names_;
  NameGiver transport_names_;  ///< Links and bridges lie in one container: no two have one name.
  std::map<SiteLinkId, Dn> link_names_;
  std::set<ControllerId> read_only_;
};

std::string LdifWriter::write() {
  for (const SiteLink& link : forest_.links)
    link_names_[link.id] = name_below(names_.transport, transport_names_.give(link.name));
  for (const Controller& controller : forest_.controllers) {
    if (controller.read_only) read_only_.insert(controller.id);
  }
  text_.remark(is_plain_in_ldif(forest_.name) ? forest_.name : "forest");
  if (everything()) {
    for (const NamingContext& context : forest_.naming_contexts)
      write_context(context);
    write_transport();
  } else if (!forest_.policy.bridge_all_site_links) {
    text_.remark("Clear \"bridge all site links\" of CN=IP by hand: its options must have bit 2.");
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
  return text_.take();
}

/// A domain or application context: its head, which bears the GUID, and its cross-reference.
void LdifWriter::write_context(const NamingContext& context) {
  const bool domain = context.kind == NamingContextKind::domain;
  if (!domain && context.kind != NamingContextKind::application) return;
  const auto dn = Dn::parse(context.dn);
  if (!dn) return;
  text_.begin(*dn, {"domain", "domainDNS"});
  put_guid(context.id.value);
  text_.end();
  text_.begin(
      name_below(name_below(names_.configuration, "Partitions"), context.id.value.to_string()),
      {"crossRef"});
  text_.put("nCName", *dn);
  text_.put("systemFlags", domain ? "3" : "5");
  for (const ControllerId id : context.replicas) {
    if (!names_.agent.contains(id)) continue;
    text_.put(
        read_only_.contains(id) ? "msDS-NC-RO-Replica-Locations" : "msDS-NC-Replica-Locations",
        names_.agent.at(id));
  }
  text_.end();
}

void LdifWriter::write_transport() {
  text_.begin(names_.transport, {"interSiteTransport"});
  if (!forest_.policy.bridge_all_site_links) text_.put("options", "2");
  text_.end();
  text_.begin(name_below(name_below(name_below(names_.configuration, "Services"), "Windows NT"),
                         "Directory Service"),
              {"nTDSService"});
  text_.put("tombstoneLifetime",
            std::to_string(
                std::chrono::ceil<std::chrono::days>(forest_.policy.tombstone_lifetime).count()));
  text_.end();
  if (!forest_.policy.recycle_bin) return;
  const Dn partitions = name_below(names_.configuration, "Partitions");
  text_.begin(partitions, {"crossRefContainer"});
  text_.put("msDS-EnabledFeature",
            name_below(name_below(partitions, "Optional Features"), "Recycle Bin Feature"));
  text_.end();
}

void LdifWriter::write_site(const Site& site) {
  const Dn& dn = names_.site.at(site.id);
  text_.begin(dn, {"site"});
  put_guid(site.id.value);
  text_.end();
  text_.begin(name_below(dn, "NTDS Site Settings"),
              {"applicationSiteSettings", "nTDSSiteSettings"});
  if (!site.options.empty()) text_.put("options", std::to_string(bits_of(site.options)));
  text_.end();
  text_.begin(name_below(dn, "Servers"), {"serversContainer"});
  text_.end();
}

void LdifWriter::write_subnets(const Site& site) {
  for (const std::string& subnet : site.subnets) {
    text_.begin(name_below(name_below(names_.sites, "Subnets"), subnet), {"subnet"});
    text_.put("siteObject", names_.site.at(site.id));
    text_.end();
  }
}

void LdifWriter::write_link(const SiteLink& link) {
  text_.begin(link_names_.at(link.id), {"siteLink"});
  put_guid(link.id.value);
  for (const SiteId site : link.sites) {
    if (names_.site.contains(site)) text_.put("siteList", names_.site.at(site));
  }
  text_.put("cost", std::to_string(link.cost.value));
  text_.put("replInterval", std::to_string(minutes(link.interval)));
  const int options = (link.notify ? 1 : 0) + (link.compress ? 0 : 4);
  if (options != 0) text_.put("options", std::to_string(options));
  text_.put_schedule(link.schedule);
  text_.end();
}

void LdifWriter::write_bridge(const SiteLinkBridge& bridge) {
  text_.begin(name_below(names_.transport, transport_names_.give(bridge.name)), {"siteLinkBridge"});
  for (const SiteLinkId link : bridge.links) {
    if (link_names_.contains(link)) text_.put("siteLinkList", link_names_.at(link));
  }
  text_.end();
}

void LdifWriter::write_controller(const Controller& controller) {
  Dn server = names_.agent.at(controller.id);
  const Dn agent = server;
  server.rdns.erase(server.rdns.begin());
  text_.begin(server, {"server"});
  const auto colon = controller.address.rfind(':');
  if (colon != std::string::npos) text_.put("dNSHostName", controller.address.substr(0, colon));
  if (controller.preferred_bridgehead) text_.put("bridgeheadTransportList", names_.transport);
  text_.end();
  if (controller.read_only) {
    text_.begin(agent, {"applicationSettings", "nTDSDSA", "nTDSDSARO"});
  } else {
    text_.begin(agent, {"applicationSettings", "nTDSDSA"});
  }
  put_guid(controller.id.value);
  const int options = (controller.global_catalog ? 1 : 0) + (controller.inbound ? 0 : 2) +
                      (controller.outbound && !controller.read_only ? 0 : 4);
  text_.put("options", std::to_string(options));
  write_held(controller);
  text_.end();
}

void LdifWriter::write_held(const Controller& controller) {
  for (const NamingContext& context : forest_.naming_contexts) {
    switch (replica_kind(controller, context)) {
      case ReplicaKind::none:
        break;
      case ReplicaKind::partial:
        text_.put("hasPartialReplicaNCs", context.dn);
        break;
      case ReplicaKind::read_only:
        text_.put("msDS-hasFullReplicaNCs", context.dn);
        break;
      case ReplicaKind::writable:
        text_.put("msDS-hasMasterNCs", context.dn);
        break;
    }
  }
  const NamingContext* domain = find_naming_context(forest_, controller.domain);
  if (domain != nullptr) text_.put("msDS-HasDomainNCs", domain->dn);
}

void LdifWriter::write_connection(const ManualConnection& connection) {
  if (!names_.agent.contains(connection.destination) || !names_.agent.contains(connection.source)) {
    return;
  }
  text_.begin(name_below(names_.agent.at(connection.destination), connection.name),
              {"nTDSConnection"});
  text_.put("fromServer", names_.agent.at(connection.source));
  text_.put("options", "0");
  text_.put("enabledConnection", connection.enabled ? "TRUE" : "FALSE");
  text_.put_schedule(connection.schedule);
  text_.end();
}

void LdifWriter::write_keywords() {
  text_.begin(name_below(name_below(names_.configuration, "Services"), "Ringspan"),
              {"leaf", "connectionPoint", "serviceConnectionPoint"});
  for (const std::string& keyword : keywords_of(forest_))
    text_.put("keywords", keyword);
  text_.end();
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
  note(forest.name != dns_name(LdifNames(forest).root),
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
