// What the plan shows: islands, ways that never open, and controllers that too much hangs on.

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "kcc/analyse.hpp"
#include "kcc/check_parts.hpp"
#include "kcc/plan.hpp"
#include "kcc/sound.hpp"
#include "sites/distance.hpp"

namespace ringspan::kcc {
namespace {

using Island = std::vector<sites::SiteId>;
constexpr std::size_t kShown = 5;  // sites of a list

using SitePair = std::pair<const sites::Site*, const sites::Site*>;

/// Who a new link should join: the nearest two, where it is known where they lie; else the site of
/// either side that has most links already.
class NewLinks {
 public:
  explicit NewLinks(const sites::Forest& forest) : forest_(forest) {
    for (const auto& link : forest.links) {
      for (const auto& site : link.sites)
        ++links_at_[site];
    }
  }

  SitePair between(const Island& one, const Island& other) const {
    SitePair nearest{nullptr, nullptr};
    double least = std::numeric_limits<double>::infinity();
    for (const auto* from : placed(one)) {
      for (const auto* to : placed(other)) {
        const double apart = sites::distance(*from->coordinates, *to->coordinates);
        if (apart >= least) continue;
        least = apart;
        nearest = {from, to};
      }
    }
    return nearest.first != nullptr ? nearest : SitePair(hub(one), hub(other));
  }

 private:
  std::vector<const sites::Site*> placed(const Island& island) const {
    std::vector<const sites::Site*> found;
    for (const auto& id : island) {
      const auto* site = sites::find_site(forest_, id);
      if (site != nullptr && site->coordinates) found.push_back(site);
    }
    return found;
  }

  const sites::Site* hub(const Island& island) const {
    const auto links = [this](sites::SiteId id) {
      const auto found = links_at_.find(id);
      return found == links_at_.end() ? std::size_t{0} : found->second;
    };
    const auto best = std::ranges::max_element(island, {}, links);
    return best == island.end() ? nullptr : sites::find_site(forest_, *best);
  }

  const sites::Forest& forest_;
  std::map<sites::SiteId, std::size_t> links_at_;
};

bool bridging_would_help(sites::Forest forest, sites::NamingContextId context) {
  if (forest.policy.bridge_all_site_links) return false;
  forest.policy.bridge_all_site_links = true;
  return std::ranges::none_of(plan(forest).islands, [&](const Islands& islands) {
    return islands.naming_context == context;
  });
}

/// A network that falls apart, and which island the others should be joined to.
struct Apart {
  std::vector<Island> islands;
  std::optional<std::size_t> main;  ///< The largest that can write; none: nobody can.
  friend auto operator<=>(const Apart&, const Apart&) = default;
};

Apart apart(const sites::Forest& forest, const Islands& islands) {
  std::set<sites::SiteId> writable;
  const auto* context = sites::find_naming_context(forest, islands.naming_context);
  for (const auto& one : forest.controllers)
    if (replica_kind(one, *context) == sites::ReplicaKind::writable) writable.insert(one.site);
  Apart found{islands.islands, std::nullopt};
  for (std::size_t at = 0; at < found.islands.size(); ++at) {
    const Island& island = found.islands[at];
    if (std::ranges::none_of(island, [&](auto site) { return writable.contains(site); })) continue;
    if (!found.main || island.size() > found.islands[*found.main].size()) found.main = at;
  }
  return found;
}

/// Contexts whose islands are the same are one finding.
std::map<Apart, std::vector<sites::NamingContextId>> by_islands(const sites::Forest& forest,
                                                                const Topology& topology) {
  std::map<Apart, std::vector<sites::NamingContextId>> grouped;
  for (const Islands& islands : topology.islands)
    grouped[apart(forest, islands)].push_back(islands.naming_context);
  return grouped;
}

std::size_t writable_controllers(const sites::Forest& forest, sites::SiteId site) {
  return static_cast<std::size_t>(std::ranges::count_if(
      forest.controllers, [&](const auto& one) { return one.site == site && !one.read_only; }));
}

/// Without schedules the cheapest ways show themselves, also those that are never open.
Topology regardless_of_schedules(sites::Forest forest) {
  for (auto& link : forest.links)
    link.schedule = {};
  return plan(forest);
}

void check_windows(const sites::Forest& forest, Findings& findings) {
  if (std::ranges::all_of(forest.links,
                          [](const auto& link) { return link.schedule.is_always(); })) {
    return;
  }
  const Names names(forest);
  std::map<sites::SiteLinkId, const sites::SiteLink*> links;
  for (const auto& link : forest.links)
    links.emplace(link.id, &link);
  std::set<std::vector<sites::SiteLinkId>> told;
  for (const Connection& connection : regardless_of_schedules(forest).connections) {
    sites::Schedule together;
    bool closed = false;  // one by itself: said of the link
    for (const auto& id : connection.path) {
      const sites::Schedule& schedule = links.at(id)->schedule;
      together = together & schedule;
      closed = closed || schedule.is_never();
    }
    if (closed || !together.is_never()) continue;
    auto path = connection.path;
    if (path.size() > 1 && path.back() < path.front()) std::ranges::reverse(path);
    if (!told.insert(path).second) continue;
    std::vector<std::string> way;
    for (const auto& id : path)
      way.push_back(names.link(id));
    findings.add(
        "windows-never-meet", fmt::format("way {}", fmt::join(way, ", ")),
        fmt::format("the cheapest way between {} and {}, whose links are never open "
                    "together",
                    names.site_of(connection.source), names.site_of(connection.destination)),
        "make their schedules overlap by a quarter-hour at least");
  }
}

void check_hubs(const sites::Forest& forest, const Topology& topology, Findings& findings) {
  const Names names(forest);
  std::map<sites::ControllerId, sites::SiteId> site_of;
  for (const auto& controller : sound_part(forest).controllers)
    site_of.emplace(controller.id, controller.site);
  std::map<sites::SiteId, std::set<sites::SiteId>> neighbours;
  for (const Connection& connection : topology.connections) {
    const auto to = site_of.at(connection.destination);
    const auto from = site_of.at(connection.source);
    if (connection.standby || to == from) continue;
    neighbours[to].insert(from);
    neighbours[from].insert(to);
  }
  constexpr std::size_t kHub = 3;
  for (const auto& [site, others] : neighbours) {
    if (others.size() < kHub || writable_controllers(forest, site) != 1) continue;
    findings.add("single-controller-hub", "site " + names.site(site),
                 fmt::format("joins {} sites through one writable controller: all of them wait for "
                             "their standbys when it fails",
                             others.size()),
                 "put a second writable controller there");
  }
}

/// Contexts with one worst pair are one finding.
void check_hops(const sites::Forest& forest, const Topology& topology, Findings& findings) {
  if (forest.policy.topology != sites::TopologyPolicy::bounded) return;
  const Names names(forest);
  using Pair = std::pair<sites::ControllerId, sites::ControllerId>;
  std::map<std::pair<std::size_t, Pair>, std::vector<std::string>> long_ways;
  for (const ContextAnalysis& context : analyse(forest, topology).naming_contexts) {
    const Hops& hops = context.hops;
    if (hops.worst <= forest.policy.max_hops) continue;
    long_ways[{hops.worst, {hops.from, hops.to}}].push_back(names.dn(context.naming_context));
  }
  for (const auto& [way, contexts] : long_ways) {
    const auto& [hops, pair] = way;
    findings.add(
        "hops-over-limit",
        fmt::format("{} to {}", names.controller(pair.first), names.controller(pair.second)),
        fmt::format("{} hops, more than {}, for {}", hops, forest.policy.max_hops,
                    fmt::join(contexts, ", ")),
        forest.policy.bridge_all_site_links
            ? "raise max_hops, or let other bridgeheads carry what crosses"
            : "bridge the site links on the long way, or raise max_hops");
  }
}

}  // namespace

void check_islands(const sites::Forest& forest, const Topology& topology, Findings& findings) {
  const Names names(forest);
  const NewLinks links(forest);
  for (const auto& [parted, contexts] : by_islands(forest, topology)) {
    std::vector<std::string> dns;
    for (const auto& id : names.in_order(contexts))
      dns.push_back(names.dn(id));
    const bool bridging = bridging_would_help(forest, contexts.front());
    for (const Island& island : parted.islands) {
      if (!parted.main) {
        findings.add("island", "site " + names.site(island.front()),
                     fmt::format("holds {}, which nobody can write: what it holds stays as it is",
                                 fmt::join(dns, ", ")),
                     "put a writable controller of it there, or remove it from the forest");
        continue;
      }
      const Island& main = parted.islands[*parted.main];
      if (&island == &main) continue;
      const auto [from, to] = links.between(island, main);
      std::string remedy = "add a site link that joins them";
      if (bridging) {
        remedy = "bridge the links between them, or switch on bridge_all_site_links";
      } else if (from != nullptr && to != nullptr) {
        remedy = fmt::format("the cheapest way out is a site link between {} and {}", from->name,
                             to->name);
      }
      findings.add("island", "site " + names.site(island.front()),
                   fmt::format("no legal way joins {} to {} for {}", names.listed(island, kShown),
                               names.listed(main, kShown), fmt::join(dns, ", ")),
                   std::move(remedy));
    }
  }
}

void check_connections(const sites::Forest& forest, const Topology& topology,
                       const CheckLimits& limits, Findings& findings) {
  const Names names(forest);
  check_windows(forest, findings);
  check_hubs(forest, topology, findings);
  std::map<sites::ControllerId, std::size_t> degrees;
  for (const Connection& connection : topology.connections) {
    ++degrees[connection.destination];
    ++degrees[connection.source];
  }
  for (const auto& [controller, degree] : degrees) {
    if (degree <= limits.degree) continue;
    findings.add("degree-over-limit", "controller " + names.controller(controller),
                 fmt::format("has {} connections, more than {}", degree, limits.degree),
                 fmt::format("put another controller into {}, or lead some links elsewhere",
                             names.site_of(controller)));
  }
  check_hops(forest, topology, findings);
}

}  // namespace ringspan::kcc
