#include "kcc/standby.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <limits>

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

}  // namespace

FirstPlane::FirstPlane(const std::vector<SitePull>& pulls,
                       const std::vector<SiteReplicas>& replicas)
    : replicas_(replicas), neighbours_(replicas.size()), parents_(replicas.size(), kNone) {
  for (const SitePull& pull : pulls) {
    const auto& [from, to] = std::pair(pull.path.from, pull.path.to);
    neighbours_[from].insert(to);
    neighbours_[to].insert(from);
    ends_[{from, to}].insert(pull.source);
    ends_[{to, from}].insert(pull.destination);
    bridgeheads_.insert(pull.source);
    bridgeheads_.insert(pull.destination);
  }
  for (std::size_t site = 0; site < replicas.size(); ++site) {
    if (parents_[site] == kNone && !neighbours_[site].empty()) root_at(site);
  }
}

/// A root is its own parent.
void FirstPlane::root_at(std::size_t start) {
  parents_[start] = start;
  std::vector<std::size_t> front{start};
  while (!front.empty()) {
    const std::size_t at = front.back();
    front.pop_back();
    for (const std::size_t next : neighbours_[at]) {
      if (parents_[next] != kNone) continue;
      parents_[next] = at;
      front.push_back(next);
    }
  }
}

/// The neighbour of `site` on the way to `towards`.
std::size_t FirstPlane::branch(std::size_t site, std::size_t towards) const {
  for (std::size_t at = towards; at != kNone && parents_[at] != at; at = parents_[at]) {
    if (parents_[at] == site) return at;
  }
  return parents_[site];
}

/// One feeding replica, inside the first tree: without it the tree falls apart.
bool FirstPlane::is_narrow(std::size_t site) const {
  const SiteReplicas& replicas = replicas_[site];
  const Ids& feeding = replicas.writable.empty() ? replicas.relays : replicas.writable;
  return feeding.size() == 1 && neighbours_[site].size() > 1;
}

bool FirstPlane::is_disguised(std::size_t site) const {
  return !replicas_[site].writable.empty() && is_narrow(site);
}

std::vector<SiteColour> FirstPlane::second_colours() const {
  std::vector<SiteColour> colours;
  for (std::size_t site = 0; site < replicas_.size(); ++site) {
    SiteColour colour = colour_of(replicas_[site]);
    if (is_disguised(site)) {
      colour = {.full_leaves = true};
    } else if (is_narrow(site)) {
      colour.relays = false;
      colour.partial_leaves = true;
    }
    colours.push_back(colour);
  }
  return colours;
}

/// Those of `candidates` who carry nothing in the first plane; else those who do not stand at the
/// branch towards that site; else all.
FirstPlane::Ids FirstPlane::narrowed(const Ids& candidates, std::size_t site,
                                     std::size_t towards) const {
  const auto found = ends_.find({site, branch(site, towards)});
  const auto without = [&candidates](const std::set<sites::ControllerId>& some) {
    Ids rest;
    std::ranges::copy_if(candidates, std::back_inserter(rest),
                         [&some](sites::ControllerId id) { return !some.contains(id); });
    return rest;
  };
  Ids rest = without(bridgeheads_);
  if (rest.empty() && found != ends_.end()) rest = without(found->second);
  return rest.empty() ? candidates : rest;
}

std::vector<Demand> FirstPlane::second_demands(sites::NamingContextId context, bool forward,
                                               std::size_t source, std::size_t destination) const {
  auto wanted = demands(context, forward, replicas_[source], replicas_[destination]);
  const SiteReplicas& here = replicas_[destination];
  const SiteReplicas& there = replicas_[source];
  if (wanted.empty()) return wanted;
  // Who hangs on a single replica inside the site needs a source of its own.
  const auto demand_each = [&](const Ids& hanging, const Ids& feeding) {
    const Ids sources = sources_among(feeding, there);
    for (const auto id : hanging) {
      const Ids destinations = destinations_among({id}, here);
      if (!sources.empty() && !destinations.empty())
        wanted.push_back({context, forward, sources, destinations});
    }
  };
  if (here.writable.size() == 1) {
    demand_each(here.relays, there.writable);
    demand_each(here.full_leaves, there.writable);
    demand_each(here.partial_leaves, there.writable);
  } else if (here.writable.empty() && here.relays.size() == 1) {
    demand_each(here.partial_leaves, there.writable.empty() ? there.relays : there.writable);
  }
  for (Demand& demand : wanted) {
    demand.sources = narrowed(demand.sources, source, destination);
    demand.destinations = narrowed(demand.destinations, destination, source);
  }
  return wanted;
}

std::set<std::size_t> links_of(const std::vector<SitePull>& pulls) {
  std::set<std::size_t> links;
  for (const SitePull& pull : pulls)
    links.insert(pull.path.links.begin(), pull.path.links.end());
  return links;
}

LinkLoads loads_of(const std::vector<SitePull>& pulls) {
  std::map<std::size_t, std::set<std::pair<std::size_t, std::size_t>>> pairs;
  for (const SitePull& pull : pulls) {
    for (const std::size_t link : pull.path.links)
      pairs[link].insert(std::minmax(pull.path.from, pull.path.to));
  }
  LinkLoads loads;
  for (const auto& [link, crossing] : pairs)
    loads[link] = static_cast<std::uint32_t>(std::bit_width(crossing.size()));
  return loads;
}

sites::Forest avoiding(sites::Forest forest, const LinkLoads& loads) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max() / 64;
  std::uint64_t sum = 1;
  for (const sites::SiteLink& link : forest.links)
    sum += link.cost.value;
  const auto penalty = static_cast<std::uint32_t>(std::min(sum, kMost));
  for (const auto& [link, load] : loads)
    forest.links[link].cost = forest.links[link].cost + sites::Cost(penalty * load);
  return forest;
}

}  // namespace ringspan::kcc
