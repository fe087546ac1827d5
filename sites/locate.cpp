#include "sites/locate.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/fold.hpp"
#include "sites/subnet.hpp"

namespace ringspan::sites {
namespace {

using Costs = std::map<SiteId, Cost>;
using Links = std::vector<const SiteLink*>;

std::map<SiteId, std::vector<ControllerId>> controllers_of(const Forest& forest) {
  std::vector<const Controller*> by_name;
  for (const Controller& controller : forest.controllers)
    by_name.push_back(&controller);
  std::ranges::sort(by_name, {}, [](const Controller* one) {
    return std::pair(base::fold_name(one->name), one->id);
  });
  std::map<SiteId, std::vector<ControllerId>> controllers;
  for (const Controller* controller : by_name)
    controllers[controller->site].push_back(controller->id);
  return controllers;
}

std::map<SiteId, std::string> names_of(const Forest& forest) {
  std::map<SiteId, std::string> names;
  for (const Site& site : forest.sites)
    names[site.id] = base::fold_name(site.name);
  return names;
}

/// The sets of links within which ways may be combined: all of them, or each bridge's and each link
/// by itself.
std::vector<Links> bridged(const Forest& forest) {
  std::vector<Links> sets;
  if (forest.policy.bridge_all_site_links) {
    Links all;
    for (const SiteLink& link : forest.links)
      all.push_back(&link);
    sets.push_back(std::move(all));
    return sets;
  }
  std::map<SiteLinkId, const SiteLink*> by_id;
  for (const SiteLink& link : forest.links) {
    by_id[link.id] = &link;
    sets.push_back({&link});
  }
  for (const SiteLinkBridge& bridge : forest.bridges) {
    Links links;
    for (const SiteLinkId id : bridge.links) {
      if (by_id.contains(id)) links.push_back(by_id[id]);
    }
    sets.push_back(std::move(links));
  }
  return sets;
}

/// Lowers `costs` to what these links allow from `start` (Dijkstra; a link of many sites is crossed
/// once at its cost, so it counts when the first of its sites is reached).
void relax(const Links& links, SiteId start, Costs& costs) {
  std::map<SiteId, Links> at;
  for (const SiteLink* link : links) {
    for (const SiteId site : link->sites)
      at[site].push_back(link);
  }
  Costs best{{start, Cost(0)}};
  std::set<const SiteLink*> crossed;
  std::set<std::pair<Cost, SiteId>> waiting{{Cost(0), start}};
  while (!waiting.empty()) {
    const auto [cost, site] = *waiting.begin();
    waiting.erase(waiting.begin());
    for (const SiteLink* link : at[site]) {
      if (!crossed.insert(link).second) continue;
      const Cost over = cost + link->cost;
      for (const SiteId next : link->sites) {
        const auto known = best.find(next);
        if (known != best.end() && known->second <= over) continue;
        if (known != best.end()) waiting.erase({known->second, next});
        best[next] = over;
        waiting.insert({over, next});
      }
    }
  }
  for (const auto& [site, cost] : best) {
    const auto [entry, fresh] = costs.try_emplace(site, cost);
    if (!fresh) entry->second = std::min(entry->second, cost);
  }
}

Costs costs_from(const Forest& forest, SiteId start) {
  Costs costs;
  for (const Links& links : bridged(forest)) {
    const bool begins = std::ranges::any_of(links, [start](const SiteLink* link) {
      return std::ranges::find(link->sites, start) != link->sites.end();
    });
    if (begins) relax(links, start, costs);
  }
  return costs;
}

class Locator {
 public:
  explicit Locator(const Forest& forest)
      : forest_(forest), controllers_(controllers_of(forest)), names_(names_of(forest)) {}

  Location locate(const Address& address);

 private:
  void find_site(const Address& address, Location& location) const;
  std::vector<NearSite> covering(SiteId site);
  std::optional<SiteId> strongest(const SiteLink& link, SiteId without);
  void sort(std::vector<NearSite>& sites);

  const Forest& forest_;
  std::map<SiteId, std::vector<ControllerId>> controllers_;
  std::map<SiteId, std::string> names_;
};

Location Locator::locate(const Address& address) {
  Location location;
  find_site(address, location);
  if (!location.site) return location;
  const SiteId site = *location.site;
  if (const auto there = controllers_.find(site); there != controllers_.end()) {
    location.controllers = there->second;
  } else {
    location.covered_by = covering(site);
  }
  for (const auto& [other, cost] : costs_from(forest_, site)) {
    const auto there = controllers_.find(other);
    if (other == site || there == controllers_.end()) continue;
    location.next.push_back({other, cost, there->second});
  }
  sort(location.next);
  return location;
}

void Locator::find_site(const Address& address, Location& location) const {
  std::optional<std::size_t> longest;
  for (const Site& site : forest_.sites) {
    for (const std::string& subnet : site.subnets) {
      const auto prefix = prefix_holding(subnet, address);
      if (!prefix || (longest && *prefix < *longest)) continue;
      if (longest == prefix && names_.at(*location.site) <= names_.at(site.id)) continue;
      longest = prefix;
      location.subnet = subnet;
      location.site = site.id;
    }
  }
}

/// Of a link's sites the one with most controllers, then the first by name.
std::optional<SiteId> Locator::strongest(const SiteLink& link, SiteId without) {
  std::optional<SiteId> found;
  const auto rank = [this](SiteId site) {
    return std::tuple(-static_cast<std::ptrdiff_t>(controllers_[site].size()), names_[site], site);
  };
  for (const SiteId site : link.sites) {
    if (site == without || !controllers_.contains(site)) continue;
    if (!found || rank(site) < rank(*found)) found = site;
  }
  return found;
}

std::vector<NearSite> Locator::covering(SiteId site) {
  std::optional<Cost> cheapest;
  std::set<SiteId> sites;
  for (const SiteLink& link : forest_.links) {
    if (std::ranges::find(link.sites, site) == link.sites.end()) continue;
    const auto winner = strongest(link, site);
    if (!winner || (cheapest && *cheapest < link.cost)) continue;
    if (!cheapest || link.cost < *cheapest) sites.clear();
    cheapest = link.cost;
    sites.insert(*winner);
  }
  std::vector<NearSite> covering;
  for (const SiteId one : sites)
    covering.push_back({one, *cheapest, controllers_[one]});
  sort(covering);
  return covering;
}

void Locator::sort(std::vector<NearSite>& sites) {
  std::ranges::sort(sites, {}, [this](const NearSite& one) {
    return std::tuple(one.cost, names_[one.site], one.site);
  });
}

}  // namespace

base::Result<Location> locate(const Forest& forest, std::string_view address) {
  const auto parsed = parse_address(address);
  if (!parsed) return base::fail(parsed.error());
  return Locator(forest).locate(*parsed);
}

}  // namespace ringspan::sites
