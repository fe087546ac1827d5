#include "kcc/standby.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <limits>

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

template <typename Value>
void sort_unique(std::vector<Value>& values) {
  std::ranges::sort(values);
  const auto repeats = std::ranges::unique(values);
  values.erase(repeats.begin(), repeats.end());
}

}  // namespace

FirstPlane::FirstPlane(const ContextGroup& group, const std::vector<SitePull>& pulls)
    : group_(group),
      replicas_(group.replicas),
      neighbours_(replicas_.size()),
      parents_(replicas_.size(), kNone) {
  for (const SitePull& pull : pulls) {
    ends_.push_back({pull.path.from, pull.path.to, pull.source});
    ends_.push_back({pull.path.to, pull.path.from, pull.destination});
    bridgeheads_.insert(pull.source);
    bridgeheads_.insert(pull.destination);
  }
  sort_unique(ends_);
  for (const End& end : ends_) {
    auto& towards = neighbours_[end.site];
    if (towards.empty() || towards.back() != end.towards) towards.push_back(end.towards);
  }
  for (std::size_t site = 0; site < replicas_.size(); ++site) {
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
  const auto without = [&candidates](const auto& is_among) {
    Ids rest;
    std::ranges::remove_copy_if(candidates, std::back_inserter(rest), is_among);
    return rest;
  };
  Ids rest = without([this](sites::ControllerId id) { return bridgeheads_.contains(id); });
  if (rest.empty()) {
    const std::size_t next = branch(site, towards);
    rest = without([&](sites::ControllerId id) {
      return std::ranges::binary_search(ends_, End{site, next, id});
    });
  }
  return rest.empty() ? candidates : rest;
}

std::vector<Demand> FirstPlane::second_demands(bool forward, std::size_t source,
                                               std::size_t destination) const {
  auto wanted = demands(group_, forward, source, destination);
  const SiteReplicas& here = replicas_[destination];
  const SiteReplicas& there = replicas_[source];
  if (wanted.empty()) return wanted;
  // Who hangs on a single replica inside the site needs a source of its own.
  const auto demand_each = [&](const Ids& hanging, const Ids& feeding) {
    const Ids sources = sources_among(feeding, there);
    for (const auto id : hanging) {
      const Ids destinations = destinations_among({id}, here);
      if (!sources.empty() && !destinations.empty())
        wanted.push_back({&group_, forward, sources, destinations});
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

std::vector<SiteCrossing> crossings_of(const std::vector<SitePull>& pulls, bool second) {
  std::vector<SiteCrossing> crossings;
  for (const SitePull& pull : pulls) {
    if (is_standby(pull.rule) != second) continue;
    for (const std::size_t link : pull.path.links)
      crossings.push_back({link, std::minmax(pull.path.from, pull.path.to)});
  }
  sort_unique(crossings);
  return crossings;
}

LinkLoads loads_of(const std::vector<SiteCrossing>& crossings) {
  std::map<std::size_t, std::size_t> pairs;
  for (const SiteCrossing& one : crossings)
    ++pairs[one.link];
  LinkLoads loads;
  for (const auto& [link, count] : pairs)
    loads.emplace_hint(loads.end(), link, static_cast<std::uint32_t>(std::bit_width(count)));
  return loads;
}

/// A power of two, so that it seldom changes with the cost of one link.
std::vector<sites::Cost> avoiding(const sites::Forest& forest, const LinkLoads& loads) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max() / 64;
  std::vector<sites::Cost> costs;
  std::uint64_t sum = 1;
  for (const sites::SiteLink& link : forest.links) {
    costs.push_back(link.cost);
    sum += link.cost.value;
  }
  const auto penalty = static_cast<std::uint32_t>(std::min(std::bit_ceil(sum), kMost));
  for (const auto& [link, load] : loads)
    costs[link] = costs[link] + sites::Cost(penalty * load);
  return costs;
}

}  // namespace ringspan::kcc
