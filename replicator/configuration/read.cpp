// read: a sound forest of whatever stands in the directory.

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "replicator/configuration/configuration.hpp"
#include "replicator/configuration/expiry.hpp"
#include "replicator/configuration/item_values.hpp"
#include "sites/fence.hpp"
#include "sites/limits.hpp"

namespace ringspan::replicator::configuration {
namespace {

using sites::Forest;

/// A name without what a clash put into it (rule R12: "oslo-1<line break>CNF:<GUID>").
std::string plain(std::string name) {
  std::ranges::replace(name, '\n', ' ');
  return name;
}

class Reader : ItemValues {
 public:
  explicit Reader(const std::vector<Item>& items) {
    for (const Item& item : items) {
      if (item.deleted) {
        tombstones_.emplace(item.id, &item);
      } else {
        living_[item.kind].push_back(&item);
      }
    }
  }

  std::optional<Configuration> read();

 private:
  bool read_policy();
  void read_contexts();
  void read_sites();
  void read_links();
  void read_bridges();
  void read_controllers();
  void read_pauses(const Item& item);
  void read_connections(const Item& item);
  void drop_useless_connections();
  void drop_unknown_replicas();
  void keep_sites_of_controllers();
  void drop_shared_subnets();
  void drop_shared_names();
  void sort();

  void useless(const Item& item, std::string_view attribute) override;
  void find(std::string sentence) { made_.findings.push_back(std::move(sentence)); }

  Forest& forest() { return made_.forest; }

  std::map<ItemKind, std::vector<const Item*>> living_;
  std::map<ObjectId, const Item*> tombstones_;
  Configuration made_;
};

void Reader::useless(const Item& item, std::string_view attribute) {
  find(fmt::format("{}: {} is unreadable; the default holds", plain(item.name), attribute));
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────

bool Reader::read_policy() {
  const auto& policies = living_[ItemKind::policy];
  if (policies.empty()) return false;
  const Item& item = *policies.front();
  const std::string* name = text(item, "forestname");
  forest().id = id<sites::ForestId>(item, "forestid");
  if (name == nullptr || forest().id == sites::ForestId{}) return false;
  forest().name = *name;
  forest().root_domain = id<NamingContextId>(item, "rootdomain");
  sites::Policy& policy = forest().policy;
  const std::string* topology = text(item, "topology");
  if (topology != nullptr && *topology == "active_directory") {
    policy.topology = sites::TopologyPolicy::active_directory;
  }
  policy.max_hops = number(item, "maxhops", policy.max_hops, 1, 255);
  policy.redundancy = number(item, "redundancy", policy.redundancy, 1, 2);
  policy.bridge_all_site_links = flag(item, "bridgeall", policy.bridge_all_site_links);
  policy.tombstone_lifetime = duration(item, "tombstonelifetime", policy.tombstone_lifetime);
  policy.recycle_bin = flag(item, "recyclebin", policy.recycle_bin);
  policy.forward_writes = flag(item, "forwardwrites", policy.forward_writes);
  if (const auto at = item.attributes.find("fence"); at != item.attributes.end()) {
    for (const std::string& endpoint : at->second) {
      if (sites::parse_fence_endpoint(endpoint)) {
        policy.fence.push_back(endpoint);
      } else {
        useless(item, "fence");
      }
    }
  }
  return true;
}

void Reader::read_contexts() {
  using Kind = sites::NamingContextKind;
  const std::map<std::string, Kind, std::less<>> kinds{{"configuration", Kind::configuration},
                                                       {"schema", Kind::schema},
                                                       {"domain", Kind::domain},
                                                       {"application", Kind::application}};
  for (const Item* item : living_[ItemKind::naming_context]) {
    sites::NamingContext context;
    context.id = id<NamingContextId>(*item, "context");
    context.dn = plain(item->name);
    const std::string* kind = text(*item, "kind");
    const auto known = kind == nullptr ? kinds.end() : kinds.find(*kind);
    if (known == kinds.end() || context.id == NamingContextId{} || !sites::Dn::parse(context.dn)) {
      find(fmt::format("naming context {}: unreadable; left out", context.dn));
      continue;
    }
    context.kind = known->second;
    context.replicas = ids<ControllerId>(*item, "replica");
    forest().naming_contexts.push_back(std::move(context));
  }
}

void Reader::read_sites() {
  for (const Item* item : living_[ItemKind::site]) {
    sites::Site site{.id = sites::SiteId(item->id.value),
                     .name = plain(item->name),
                     .coordinates = coordinates(*item),
                     .subnets = {}};
    const auto subnets = item->attributes.find("subnet");
    if (subnets != item->attributes.end()) site.subnets = subnets->second;
    const auto options = item->attributes.find("option");
    if (options != item->attributes.end()) {
      for (const std::string& word : options->second) {
        if (const auto option = sites::parse_site_option(word)) site.options.insert(*option);
      }
    }
    forest().sites.push_back(std::move(site));
  }
}

void Reader::read_controllers() {
  for (const Item* item : living_[ItemKind::controller]) {
    sites::Controller controller;
    controller.id = ControllerId(item->id.value);
    controller.name = plain(item->name);
    controller.site = id<sites::SiteId>(*item, "site");
    controller.domain = id<NamingContextId>(*item, "domain");
    controller.read_only = flag(*item, "readonly", false);
    controller.global_catalog = flag(*item, "globalcatalog", false);
    if (const std::string* address = text(*item, "address")) controller.address = *address;
    controller.inbound = flag(*item, "inboundenabled", true);
    if (text(*item, "slot") != nullptr)
      controller.slot = number(*item, "slot", 0, 0, sites::kMostControllers);
    controller.outbound = flag(*item, "outboundenabled", true);
    controller.preferred_bridgehead = flag(*item, "preferredbridgehead", false);
    controller.preferred_bridgehead_of = ids<NamingContextId>(*item, "preferredbridgeheadof");
    read_connections(*item);
    if (const std::string* key = text(*item, "publickey")) made_.keys[controller.id] = *key;
    read_pauses(*item);
    const auto* domain = sites::find_naming_context(forest(), controller.domain);
    if (domain == nullptr || domain->kind != sites::NamingContextKind::domain) {
      find(fmt::format("controller {}: its domain is not there; counted to the root domain",
                       controller.name));
      controller.domain = forest().root_domain;
    }
    forest().controllers.push_back(std::move(controller));
  }
}

/// Made by hand into this controller: "source|TRUE|schedule|name".
void Reader::read_connections(const Item& item) {
  const auto found = item.attributes.find("connection");
  if (found == item.attributes.end()) return;
  for (const std::string& written : found->second) {
    const auto first = written.find('|');
    const auto second = written.find('|', first == std::string::npos ? first : first + 1);
    const auto third = written.find('|', second == std::string::npos ? second : second + 1);
    const auto source = base::Guid::parse(written.substr(0, first));
    if (!source || third == std::string::npos || third + 1 == written.size()) {
      useless(item, "connection");
      continue;
    }
    const auto schedule = sites::Schedule::parse(written.substr(second + 1, third - second - 1));
    if (!schedule) useless(item, "connection");
    forest().connections.push_back({.name = plain(written.substr(third + 1)),
                                    .destination = ControllerId(item.id.value),
                                    .source = ControllerId(*source),
                                    .enabled = written[first + 1] == 'T',
                                    .schedule = schedule.value_or(sites::Schedule{})});
  }
}

/// Whose source is gone; and of two of one name into one destination the second.
void Reader::drop_useless_connections() {
  std::ranges::sort(forest().connections, {}, [](const sites::ManualConnection& connection) {
    return std::tie(connection.destination, connection.name, connection.source);
  });
  std::set<std::pair<ControllerId, std::string>> taken;
  std::erase_if(forest().connections, [&](const sites::ManualConnection& connection) {
    const bool kept =
        connection.source != connection.destination &&
        sites::find_controller(forest(), connection.source) != nullptr &&
        taken.emplace(connection.destination, base::fold_name(connection.name)).second;
    if (!kept)
      find(fmt::format("connection {}: has no source or a name twice; left out", connection.name));
    return !kept;
  });
}

void Reader::read_pauses(const Item& item) {
  Pauses pauses;
  for (const Direction direction : {Direction::inbound, Direction::outbound}) {
    const std::string* written = text(item, attribute_of(direction));
    if (written == nullptr) continue;
    auto& pause = direction == Direction::inbound ? pauses.inbound : pauses.outbound;
    pause = parse_pause(*written);
    if (pause) continue;
    find(
        fmt::format("controller {}: {} is unreadable; it is not paused {}; `ringspan resume` "
                    "removes it",
                    plain(item.name), attribute_of(direction), to_string(direction)));
  }
  if (const std::string* written = text(item, kRetiring)) pauses.retiring = parse_pause(*written);
  const std::string* expired = text(item, kExpired);
  const auto key = made_.keys.find(ControllerId(item.id.value));
  if (expired != nullptr && key != made_.keys.end()) {
    pauses.expired = parse_expiry(*expired, key->second);
    if (pauses.expired) made_.keys.erase(key);
  }
  if (pauses != Pauses{}) made_.pauses.emplace(ControllerId(item.id.value), std::move(pauses));
}

/// A controller that one administrator removed while another gave it a naming context.
void Reader::drop_unknown_replicas() {
  for (sites::NamingContext& context : forest().naming_contexts) {
    std::erase_if(context.replicas, [this](ControllerId replica) {
      return sites::find_controller(forest(), replica) == nullptr;
    });
  }
  for (sites::Controller& controller : forest().controllers) {
    std::erase_if(controller.preferred_bridgehead_of, [&](NamingContextId context) {
      return controller.preferred_bridgehead ||
             sites::find_naming_context(forest(), context) == nullptr;
    });
  }
}

/// A site that one administrator removed while another put a controller into it stays.
void Reader::keep_sites_of_controllers() {
  for (sites::Controller& controller : forest().controllers) {
    if (std::ranges::any_of(forest().sites,
                            [&](const auto& site) { return site.id == controller.site; })) {
      continue;
    }
    const auto gone = tombstones_.find(ObjectId(controller.site.value));
    const std::string name =
        gone == tombstones_.end() ? "site of " + controller.name : plain(gone->second->name);
    if (controller.site == sites::SiteId{}) {
      controller.site = sites::SiteId(sites::id_from_name(forest().id, "site", name));
    }
    find(fmt::format("site {}: is gone while controller {} stands in it; kept without links", name,
                     controller.name));
    forest().sites.push_back(
        {.id = controller.site, .name = name, .coordinates = {}, .subnets = {}});
  }
}

void Reader::read_links() {
  for (const Item* item : living_[ItemKind::site_link]) {
    sites::SiteLink link;
    link.id = sites::SiteLinkId(item->id.value);
    link.name = plain(item->name);
    link.sites = ids<sites::SiteId>(*item, "site");
    const auto erased = std::erase_if(link.sites, [this](sites::SiteId site) {
      return std::ranges::none_of(forest().sites,
                                  [site](const auto& there) { return there.id == site; });
    });
    if (link.sites.size() < 2) {
      find(fmt::format("site link {}: joins fewer than two sites that are there; left out",
                       link.name));
      continue;
    }
    if (erased > 0) find(fmt::format("site link {}: a site of it is gone", link.name));
    link.cost = sites::Cost(
        number(*item, "cost", link.cost.value, 1, std::numeric_limits<std::uint32_t>::max()));
    link.interval = duration(*item, "interval", link.interval);
    if (const std::string* written = text(*item, "schedule")) {
      if (const auto schedule = sites::Schedule::parse(*written)) {
        link.schedule = *schedule;
      } else {
        useless(*item, "schedule");
      }
    }
    link.notify = flag(*item, "notify", link.notify);
    link.compress = flag(*item, "compress", link.compress);
    forest().links.push_back(std::move(link));
  }
}

void Reader::read_bridges() {
  for (const Item* item : living_[ItemKind::bridge]) {
    sites::SiteLinkBridge bridge{.name = plain(item->name), .links = {}};
    bridge.links = ids<sites::SiteLinkId>(*item, "sitelink");
    std::erase_if(bridge.links, [this](sites::SiteLinkId link) {
      return std::ranges::none_of(forest().links,
                                  [link](const auto& there) { return there.id == link; });
    });
    if (bridge.links.size() < 2) {
      find(fmt::format("bridge {}: joins fewer than two links that are there; left out",
                       bridge.name));
      continue;
    }
    forest().bridges.push_back(std::move(bridge));
  }
}

/// The same subnet at two sites: the lower site keeps it.
void Reader::drop_shared_subnets() {
  std::map<std::string, std::string> taken;
  for (sites::Site& site : forest().sites) {
    std::erase_if(site.subnets, [&](const std::string& subnet) {
      const auto [there, fresh] = taken.emplace(subnet, site.name);
      if (!fresh) {
        find(fmt::format("subnet {}: stands at {} and {}; counted to the first", subnet,
                         there->second, site.name));
      }
      return !fresh;
    });
  }
}

/// Two of a kind with one name, moved apart in the directory: the later one bears its id as well.
void Reader::drop_shared_names() {
  const auto tell_apart = [](auto& parts) {
    std::set<std::string> taken;
    for (auto& part : parts) {
      if (taken.insert(base::fold_name(part.name)).second) continue;
      part.name += " " + part.id.value.to_string().substr(0, 8);
      taken.insert(base::fold_name(part.name));
    }
  };
  tell_apart(forest().sites);
  tell_apart(forest().links);
  tell_apart(forest().controllers);
}

void Reader::sort() {
  std::ranges::sort(forest().sites, {}, &sites::Site::id);
  std::ranges::sort(forest().links, {}, &sites::SiteLink::id);
  std::ranges::sort(forest().bridges, {}, &sites::SiteLinkBridge::name);
  std::ranges::sort(forest().controllers, {}, &sites::Controller::id);
  std::ranges::sort(forest().naming_contexts, {}, &sites::NamingContext::id);
}

std::optional<Configuration> Reader::read() {
  if (!read_policy()) return std::nullopt;
  read_contexts();
  read_sites();
  read_controllers();
  if (forest().controllers.empty()) return std::nullopt;
  drop_unknown_replicas();
  drop_useless_connections();
  keep_sites_of_controllers();
  read_links();
  read_bridges();
  sort();
  drop_shared_subnets();
  drop_shared_names();
  return std::move(made_);
}

}  // namespace

std::optional<Configuration> read(const std::vector<Item>& items) {
  return Reader(items).read();
}

std::optional<Configuration> read(const Snapshot& snapshot, NamingContextId context) {
  return read(items_in(snapshot, context));
}

}  // namespace ringspan::replicator::configuration
