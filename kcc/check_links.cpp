// Site links, the bridges that join them, and who may stand at their ends.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "kcc/check_parts.hpp"
#include "kcc/replicas.hpp"

namespace ringspan::kcc {
namespace {

constexpr auto kQuarter = std::chrono::minutes(15);

std::string place_of(const sites::SiteLink& link) {
  return "site link " + link.name;
}

/// The longest time without a break that it is open, once around the week at most.
base::Duration longest_window(const sites::Schedule& schedule) {
  constexpr std::size_t kWeek = sites::Schedule::kQuarters;
  std::size_t longest = 0;
  std::size_t run = 0;
  for (std::size_t at = 0; at < 2 * kWeek; ++at) {  // twice, for a window that passes Saturday
    const base::Time quarter{kQuarter * static_cast<std::int64_t>(at)};
    run = schedule.open_at(quarter) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return kQuarter * static_cast<std::int64_t>(std::min(longest, kWeek));
}

void check_schedule(const sites::SiteLink& link, Findings& findings) {
  if (link.schedule.is_never()) {
    findings.add("window-never-opens", place_of(link), "its schedule has no open quarter-hour",
                 "give it a window, or remove the link");
    return;
  }
  const auto window = longest_window(link.schedule);
  if (link.schedule.is_always() || link.interval <= window) return;
  findings.add("interval-longer-than-window", place_of(link),
               fmt::format("is polled every {}, but never open for more than {}{}",
                           base::to_string(link.interval), base::to_string(window),
                           link.notify ? "; only notices bring changes in time"
                                       : ": whole windows pass unused"),
               fmt::format("lower the interval to {} or less, or widen the window",
                           base::to_string(window)));
}

/// Groups of the bridge's links that share sites.
std::size_t parts_of(const std::vector<const sites::SiteLink*>& links) {
  std::vector<std::set<sites::SiteId>> parts;
  for (const auto* link : links) {
    std::set<sites::SiteId> joined(link->sites.begin(), link->sites.end());
    std::erase_if(parts, [&](const std::set<sites::SiteId>& part) {
      const bool meets =
          std::ranges::any_of(link->sites, [&](sites::SiteId site) { return part.contains(site); });
      if (meets) joined.insert(part.begin(), part.end());
      return meets;
    });
    parts.push_back(std::move(joined));
  }
  return parts.size();
}

bool prefers(const sites::Controller& controller, sites::NamingContextId context) {
  return controller.preferred_bridgehead ||
         std::ranges::binary_search(controller.preferred_bridgehead_of, context);
}

/// Preferred bridgeheads of one site for one naming context that some controller there holds in
/// full and writable.
struct Preferred {
  std::vector<std::string> names;
  bool one_holds = false;
  bool other_holds = false;
};

}  // namespace

void check_links(const sites::Forest& forest, Findings& findings) {
  const Names names(forest);
  std::set<sites::Cost> costs;
  for (const auto& link : forest.links) {
    costs.insert(link.cost);
    check_schedule(link, findings);
    if (link.sites.size() > 2) {
      std::vector<std::string> members;
      for (const auto& site : link.sites)
        members.push_back(names.site(site));
      std::ranges::sort(members);
      findings.add("link-of-many-sites", place_of(link),
                   fmt::format("has {} sites: any two of {} are one crossing apart, at cost {}",
                               members.size(), fmt::join(members, ", "), link.cost.value),
                   "nothing, if one network joins them all; else make a link for each line");
    }
  }
  constexpr std::size_t kEnoughToCompare = 3;
  if (forest.links.size() >= kEnoughToCompare && costs.size() == 1) {
    findings.add(
        "costs-all-equal", "forest",
        fmt::format("all {} site links cost {}", forest.links.size(), costs.begin()->value),
        "give slow or dear lines a higher cost");
  }
}

void check_bridges(const sites::Forest& forest, Findings& findings) {
  std::map<sites::SiteLinkId, const sites::SiteLink*> links;
  for (const auto& link : forest.links)
    links.emplace(link.id, &link);
  for (const auto& bridge : forest.bridges) {
    std::vector<const sites::SiteLink*> joined;
    for (const auto& id : bridge.links) {
      if (const auto found = links.find(id); found != links.end()) joined.push_back(found->second);
    }
    if (joined.size() > 1 && parts_of(joined) == 1) continue;
    findings.add("bridge-joins-nothing", "bridge " + bridge.name,
                 joined.size() < 2 ? "has fewer than two links"
                                   : "its links fall into parts that share no site",
                 "add the link that is missing between them, or remove the bridge");
  }
  if (forest.policy.bridge_all_site_links && !forest.bridges.empty()) {
    findings.add("bridges-without-effect", "forest",
                 fmt::format("all site links are bridged, and there {} besides",
                             forest.bridges.size() == 1
                                 ? "is a bridge"
                                 : fmt::format("are {} bridges", forest.bridges.size())),
                 "remove the bridges, or switch off bridge_all_site_links if they are meant");
  }
}

void check_bridgeheads(const sites::Forest& forest, Findings& findings) {
  const Names names(forest);
  for (const auto& context : forest.naming_contexts) {
    std::map<sites::SiteId, Preferred> sites;
    for (const auto& controller : forest.controllers) {
      const bool holds = replica_kind(controller, context) == sites::ReplicaKind::writable;
      Preferred& site = sites[controller.site];
      if (prefers(controller, context.id)) {
        site.names.push_back(controller.name);
        site.one_holds = site.one_holds || holds;
      } else {
        site.other_holds = site.other_holds || holds;
      }
    }
    for (auto& [site, preferred] : sites) {
      std::ranges::sort(preferred.names);
      if (preferred.names.empty() || preferred.one_holds || !preferred.other_holds) continue;
      findings.add(
          "bridgehead-without-context", "site " + names.site(site),
          fmt::format("only {} may carry {} to other sites, and {} it",
                      fmt::join(preferred.names, ", "), context.dn,
                      preferred.names.size() == 1 ? "does not hold" : "none of them holds"),
          fmt::format("prefer a controller there that holds {}", context.dn));
    }
  }
}

}  // namespace ringspan::kcc
