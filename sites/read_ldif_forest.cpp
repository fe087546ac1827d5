#include "sites/read_ldif_forest.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/fold.hpp"
#include "sites/ldif_forest_reader.hpp"
#include "sites/ldif_keywords.hpp"
#include "sites/subnet.hpp"
#include "sites/unicode.hpp"

namespace ringspan::sites {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kIgnoreSchedules = 0x1;     ///< interSiteTransport.options
constexpr std::uint32_t kBridgesRequired = 0x2;     ///< interSiteTransport.options
constexpr std::uint32_t kUseNotify = 0x1;           ///< siteLink.options
constexpr std::uint32_t kDisableCompression = 0x4;  ///< siteLink.options
constexpr auto kAssumedInterval = 180min;
constexpr auto kAssumedTombstoneLifetime = std::chrono::days(60);

}  // namespace

LdifForest LdifForestReader::read() {
  if (!find_root()) return {};
  read_contexts();
  read_sites();
  read_site_settings();
  read_subnets();
  read_transport();
  read_links();
  read_bridges();
  read_service();
  read_controllers();
  read_replicas();
  read_connections();
  Forest& forest = made_.forest;
  std::ranges::sort(forest.sites, {}, &Site::id);
  std::ranges::sort(forest.links, {}, &SiteLink::id);
  std::ranges::sort(forest.bridges, {}, &SiteLinkBridge::name);
  std::ranges::sort(forest.controllers, {}, &Controller::id);
  std::ranges::sort(forest.naming_contexts, {}, &NamingContext::id);
  const auto by_end = [](const auto& one) { return std::tie(one.destination, one.name); };
  std::ranges::sort(forest.connections, {}, by_end);
  read_keywords();
  std::ranges::stable_sort(made_.connections, {}, by_end);
  return std::move(made_);
}

void LdifForestReader::left_out(const DirectoryEntry& entry, std::string reason,
                                std::string remedy) {
  findings_.add(entry.line, entry.dn.to_string(), std::move(reason) + "; left out",
                std::move(remedy));
}

std::string LdifForestReader::name_for(NameGiver& giver, const DirectoryEntry& entry,
                                       std::string_view wanted) {
  std::string name = giver.give(wanted);
  if (name != wanted) {
    findings_.add(entry.line, entry.dn.to_string(),
                  fmt::format("its name is taken or no name; it is called {} here", name),
                  "rename the object in the directory");
  }
  return name;
}

std::optional<std::int64_t> LdifForestReader::number(const DirectoryEntry& entry,
                                                     std::string_view attribute, std::int64_t least,
                                                     std::int64_t most) {
  const LdifValue* value = entry.find(attribute);
  if (value == nullptr) return std::nullopt;
  std::int64_t parsed = 0;
  const char* end = value->value.data() + value->value.size();
  const auto [stop, code] = std::from_chars(value->value.data(), end, parsed);
  if (code == std::errc{} && stop == end && parsed >= least && parsed <= most) return parsed;
  findings_.add(value->line, entry.dn.to_string(),
                fmt::format("{} is \"{}\"; the default holds", attribute, shortened(value->value)),
                fmt::format("use a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::uint32_t LdifForestReader::bits(const DirectoryEntry& entry) {
  const auto written = number(entry, "options", std::numeric_limits<std::int32_t>::min(),
                              std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(written.value_or(0));
}

bool LdifForestReader::is_true(const DirectoryEntry& entry, std::string_view attribute,
                               bool assumed) {
  const LdifValue* value = entry.find(attribute);
  return value == nullptr ? assumed : base::fold_name(value->value) == "true";
}

void LdifForestReader::read_sites() {
  NameGiver names;
  for (const DirectoryEntry& entry : directory_.of(EntryKind::site)) {
    Site site;
    site.name = name_for(names, entry, entry.dn.rdns.front().value);
    site.id = id_of<SiteId>(entry, "site", site.name);
    sites_.emplace(entry.keys.front(), site.id);
    made_.forest.sites.push_back(std::move(site));
  }
  std::ranges::sort(made_.forest.sites, {}, &Site::id);
}

void LdifForestReader::read_site_settings() {
  std::map<SiteId, Site*> by_id;
  for (Site& site : made_.forest.sites)
    by_id[site.id] = &site;
  for (const DirectoryEntry& entry : directory_.of(EntryKind::site_settings)) {
    const auto site = sites_.find(std::string(entry.above(1)));
    if (site == sites_.end()) {
      left_out(entry, "its site is not in this file", "export the whole configuration");
      continue;
    }
    by_id[site->second]->options = site_options_of_bits(bits(entry));
  }
}

void LdifForestReader::read_subnets() {
  std::map<SiteId, Site*> by_id;
  for (Site& site : made_.forest.sites)
    by_id[site.id] = &site;
  std::set<std::string> known;
  for (const DirectoryEntry& entry : directory_.of(EntryKind::subnet)) {
    auto subnet = canonical_subnet(entry.dn.rdns.front().value);
    if (!subnet) {
      findings_.add(entry.line, entry.dn.to_string(), subnet.error());
      continue;
    }
    if (entry.find("siteobject") == nullptr) {
      left_out(entry, "the subnet belongs to no site", "give it a site in the directory");
      continue;
    }
    const auto in = resolve_all(entry, "siteobject", EntryKind::site, sites_, "site");
    if (in.empty()) continue;
    if (!known.insert(*subnet).second) {
      left_out(entry, "the subnet stands here twice", "remove one of the objects");
      continue;
    }
    by_id[in.front()]->subnets.push_back(*std::move(subnet));
  }
  for (Site& site : made_.forest.sites)
    std::ranges::sort(site.subnets);
}

void LdifForestReader::read_transport() {
  for (const DirectoryEntry& entry : directory_.of(EntryKind::transport)) {
    if (base::fold_name(entry.dn.rdns.front().value) != "ip") continue;
    const std::uint32_t options = bits(entry);
    made_.forest.policy.bridge_all_site_links = (options & kBridgesRequired) == 0;
    ignore_schedules_ = (options & kIgnoreSchedules) != 0;
    if (!ignore_schedules_) continue;
    findings_.add(entry.line, entry.dn.to_string(),
                  "this transport ignores schedules: all links are taken as always open",
                  "clear the first bit of options if schedules are meant to hold");
  }
}

/// By the name of the transport above it; one that is replicated by mail is left out.
bool LdifForestReader::is_over_ip(const DirectoryEntry& entry) {
  const bool mail = entry.dn.rdns.size() > 1 && base::fold_name(entry.dn.rdns[1].value) == "smtp";
  if (mail) left_out(entry, "it is replication by mail (SMTP)", "make a link under CN=IP");
  return !mail;
}

void LdifForestReader::read_links() {
  for (const DirectoryEntry& entry : directory_.of(EntryKind::link)) {
    if (is_over_ip(entry)) read_link(entry);
  }
}

void LdifForestReader::read_link(const DirectoryEntry& entry) {
  SiteLink link;
  link.sites = resolve_all(entry, "sitelist", EntryKind::site, sites_, "site");
  if (link.sites.size() < 2) {
    return left_out(entry, "it joins fewer than two sites of this file",
                    "give the link two sites, or delete it");
  }
  link.name = name_for(link_names_, entry, entry.dn.rdns.front().value);
  link.id = id_of<SiteLinkId>(entry, "site-link", link.name);
  const auto cost = number(entry, "cost", 1, std::numeric_limits<std::uint32_t>::max());
  if (cost) link.cost = Cost(static_cast<std::uint32_t>(*cost));
  const auto minutes = number(entry, "replinterval", 1, 10080);
  link.interval = minutes ? std::chrono::minutes(*minutes) : kAssumedInterval;
  const std::uint32_t options = bits(entry);
  link.notify = (options & kUseNotify) != 0;
  link.compress = (options & kDisableCompression) == 0;
  link.schedule = ignore_schedules_ ? Schedule() : read_schedule(entry);
  links_.emplace(entry.keys.front(), link.id);
  made_.forest.links.push_back(std::move(link));
}

Schedule LdifForestReader::read_schedule(const DirectoryEntry& entry) {
  const LdifValue* blob = entry.find("schedule");
  if (blob == nullptr) return {};
  const auto schedule = Schedule::from_blob(blob->value);
  if (!schedule) findings_.add(blob->line, entry.dn.to_string(), schedule.error());
  return schedule.value_or(Schedule{});
}

void LdifForestReader::read_bridges() {
  NameGiver names;
  for (const DirectoryEntry& entry : directory_.of(EntryKind::bridge)) {
    if (!is_over_ip(entry)) continue;
    SiteLinkBridge bridge;
    bridge.links = resolve_all(entry, "sitelinklist", EntryKind::link, links_, "site link");
    if (bridge.links.size() < 2) {
      left_out(entry, "it joins fewer than two links of this file",
               "give the bridge two links, or delete it");
      continue;
    }
    bridge.name = name_for(names, entry, entry.dn.rdns.front().value);
    made_.forest.bridges.push_back(std::move(bridge));
  }
}

void LdifForestReader::read_service() {
  Policy& policy = made_.forest.policy;
  for (const DirectoryEntry& entry : directory_.of(EntryKind::service)) {
    const auto days = number(entry, "tombstonelifetime", 1, 36500);
    policy.tombstone_lifetime = days ? std::chrono::days(*days) : kAssumedTombstoneLifetime;
  }
  for (const DirectoryEntry& entry : directory_.of(EntryKind::partitions)) {
    for (const LdifValue* value : entry.all("msds-enabledfeature")) {
      const auto feature = base::fold_name(value->value);
      if (feature.find("cn=recycle bin feature,") != std::string::npos) policy.recycle_bin = true;
    }
  }
}

/// When all lists are sorted: each keyword finds its part by id.
void LdifForestReader::read_keywords() {
  const DirectoryEntry* own = own_entry();
  if (own == nullptr) return;
  for (const LdifValue* keyword : own->all("keywords")) {
    if (apply_keyword(made_.forest, keyword->value)) continue;
    findings_.add(keyword->line, own->dn.to_string(),
                  fmt::format("\"{}\" says nothing about this forest", shortened(keyword->value)),
                  "remove the value, or write the file again with ringspan convert");
  }
}

tl::expected<LdifForest, std::vector<Fault>> read_ldif_forest(std::string_view bytes,
                                                              std::string file_name) {
  Notes faults(file_name);
  Notes findings(std::move(file_name));
  const auto text = text_in_utf8(bytes);
  if (!text) {
    faults.add(1, "the file", text.error());
    return tl::unexpected(faults.sorted());
  }
  DirectoryExport directory(faults, findings);
  const bool whole = read_ldif(
      *text, [&directory](LdifRecord record) { return directory.add(std::move(record)); }, faults,
      findings);
  if (!whole) return tl::unexpected(faults.sorted());
  LdifForest read = LdifForestReader(directory, faults, findings).read();
  if (!faults.none()) return tl::unexpected(faults.sorted());
  read.findings = findings.sorted();
  return read;
}

}  // namespace ringspan::sites
