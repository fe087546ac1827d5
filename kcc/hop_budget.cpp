#include "kcc/hop_budget.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

#include "kcc/intrasite.hpp"

namespace ringspan::kcc {
namespace {

using Ids = std::vector<sites::ControllerId>;

constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

const Ids& feeding(const SiteReplicas& site) {
  return site.writable.empty() ? site.relays : site.writable;
}

Ids everyone(const SiteReplicas& site) {
  Ids all;
  for (const Ids* ids : {&site.writable, &site.relays, &site.full_leaves, &site.partial_leaves})
    all.insert(all.end(), ids->begin(), ids->end());
  std::ranges::sort(all);
  return all;
}

Ids both(const Ids& left, const Ids& right) {
  Ids both;
  std::ranges::set_intersection(left, right, std::back_inserter(both));
  return both;
}

/// Whom the site sends to every edge that leaves no hop to spare: by rendezvous one of those who
/// may pull and be pulled from. Null where no one may.
sites::ControllerId spine_of(const SiteReplicas& replicas, sites::SiteId site) {
  const Ids able = both(destinations_among(feeding(replicas), replicas),
                        sources_among(feeding(replicas), replicas));
  if (able.empty()) return {};
  return *std::ranges::max_element(able, {}, [site](sites::ControllerId id) {
    return base::Guid::from_name(id.value, site.value.to_bytes());
  });
}

/// Hops between the replicas of one site.
class Inside {
 public:
  explicit Inside(const SiteReplicas& replicas)
      : all_(everyone(replicas)), writable_(replicas.writable) {
    std::map<sites::ControllerId, Ids> fed;
    for (const Pull& pull : inside(replicas))
      fed[pull.source].push_back(pull.destination);
    for (const auto from : feeding(replicas)) {
      std::map<sites::ControllerId, std::size_t>& hops = hops_[from];
      hops.emplace(from, 0);
      Ids front{from};
      for (std::size_t next = 0; next < front.size(); ++next) {
        for (const auto to : fed[front[next]]) {
          if (hops.emplace(to, hops.at(front[next]) + 1).second) front.push_back(to);
        }
      }
    }
  }

  std::size_t hops(sites::ControllerId from, sites::ControllerId to) const {
    if (from == to) return 0;
    const auto ways = hops_.find(from);
    if (ways == hops_.end()) return kFar;
    const auto found = ways->second.find(to);
    return found == ways->second.end() ? kFar : found->second;
  }

  /// The most that any two in the site take.
  std::size_t widest() const {
    std::size_t widest = 0;
    for (const auto& [from, ways] : hops_) {
      for (const auto& [to, hops] : ways)
        widest = std::max(widest, hops);
    }
    return widest;
  }

  /// Beside `spine`, who must stand at the edge so that nobody is more than `most` hops from one
  /// who does, nor any writable replica the other way. Greedy: whoever helps most, lower ids first.
  Ids cover(sites::ControllerId spine, std::size_t most) const {
    Ids standing{spine};
    const auto lacks = [&](sites::ControllerId id, const Ids& at) {
      const bool fed = std::ranges::any_of(at, [&](auto from) { return hops(from, id) <= most; });
      const bool heard = !is_writable(id) || std::ranges::any_of(at, [&](auto to) {
        return is_writable(to) && hops(id, to) <= most;
      });
      return !fed || !heard;
    };
    const auto lacking = [&](const Ids& at) {
      return std::ranges::count_if(all_, [&](sites::ControllerId id) { return lacks(id, at); });
    };
    for (auto left = lacking(standing); left > 0;) {
      sites::ControllerId best;
      auto least = left;
      for (const auto id : all_) {
        Ids more = standing;
        more.push_back(id);
        const auto still = lacking(more);
        if (still < least) std::tie(least, best) = std::pair(still, id);
      }
      if (least == left) break;
      standing.push_back(best);
      left = least;
    }
    standing.erase(standing.begin());
    std::ranges::sort(standing);
    return standing;
  }

 private:
  bool is_writable(sites::ControllerId id) const {
    return std::ranges::binary_search(writable_, id);
  }

  Ids all_;
  Ids writable_;
  std::map<sites::ControllerId, std::map<sites::ControllerId, std::size_t>> hops_;
};

}  // namespace

HopBudget::HopBudget(const sites::Forest& forest, const SiteTree& tree, const ContextGroup& group,
                     std::size_t bound)
    : group_(group),
      replicas_(group.replicas),
      rooted_(tree, colours_of(group.replicas)),
      bound_(bound) {
  for (std::size_t site = 0; site < replicas_.size(); ++site)
    spines_.push_back(spine_of(replicas_[site], forest.sites[site].id));
  for (const RootedPart& part : rooted_.parts())
    spend(part);
}

/// By site, hops as far as the tree below it goes.
struct HopBudget::Measures {
  std::map<std::size_t, std::size_t> widths;  ///< Between any two in the site.
  std::map<std::size_t, std::size_t> needs;   ///< To the deepest replica, one bridgehead a site.
  std::map<std::size_t, std::size_t> loose;   ///< The same if each edge picks for itself.
  std::size_t longest = 0;                    ///< Then between any two in the part.
};

HopBudget::Measures HopBudget::measure(const RootedPart& part) const {
  Measures all;
  for (const std::size_t site : part.order)
    all.widths[site] = Inside(replicas_[site]).widest();
  for (auto site = part.order.rbegin(); site != part.order.rend(); ++site) {
    const std::size_t width = all.widths.at(*site);
    const std::size_t need = all.needs[*site] = std::max(all.needs[*site], width);
    const std::size_t below = all.loose[*site];  // to the deepest below it, from the edge there
    all.loose[*site] = below + width;
    all.longest = std::max(all.longest, below + width);
    if (*site == part.order.front()) break;
    const std::size_t parent = rooted_.parent(*site);
    all.needs[parent] = std::max(all.needs[parent], need + 1);
    const std::size_t here = all.loose[*site] + 1;
    const std::size_t others = all.loose[parent];  // so far
    if (others > 0) {
      all.longest = std::max(all.longest, others + all.widths.at(parent) + here);
    }
    all.loose[parent] = std::max(others, here);
  }
  return all;
}

/// Hops are spent where they are asked for first, from the root outwards: there the most edges
/// meet.
void HopBudget::spend(const RootedPart& part) {
  const Measures all = measure(part);
  if (all.longest <= bound_) return;
  const std::size_t radius = bound_ / 2;
  std::map<std::size_t, std::size_t> spent;  // hops from the root's spine
  for (const std::size_t site : part.order) {
    const std::size_t parent = rooted_.parent(site);
    if (parent == kNoSite) {
      spent[site] = 0;
      continue;
    }
    const std::size_t before = spent.at(parent);
    const bool spare = before + all.widths.at(parent) + 1 + all.needs.at(site) <= radius;
    spent[site] = before + 1 + (spare ? all.widths.at(parent) : 0);
    if (spare) continue;
    tight_.emplace(parent, site);
    if (rooted_.parent(parent) != kNoSite) tight_.emplace(parent, rooted_.parent(parent));
    const bool near = spent[site] + all.widths.at(site) <= radius;
    if (near || spines_[site] == sites::ControllerId{}) continue;
    const std::size_t most = radius - std::min(radius, spent[site]);
    further_[site] = Inside(replicas_[site]).cover(spines_[site], most);
    tight_.emplace(site, parent);
  }
}

/// The spine alone, where it is one of them and the edge is tight.
HopBudget::Ids HopBudget::narrowed(const Ids& candidates, std::size_t site,
                                   std::size_t towards) const {
  const bool narrow = tight_.contains({site, towards}) &&
                      std::ranges::find(candidates, spines_[site]) != candidates.end();
  return narrow ? Ids{spines_[site]} : candidates;
}

std::vector<Demand> HopBudget::demands(bool forward, std::size_t source,
                                       std::size_t destination) const {
  const SiteReplicas& there = replicas_[source];
  const SiteReplicas& here = replicas_[destination];
  auto wanted = kcc::demands(group_, forward, source, destination);
  if (wanted.empty()) return wanted;
  for (Demand& demand : wanted) {
    demand.sources = narrowed(demand.sources, source, destination);
    demand.destinations = narrowed(demand.destinations, destination, source);
  }
  const auto is_met = [&](sites::ControllerId id) {
    return std::ranges::any_of(
        wanted, [id](const Demand& demand) { return demand.destinations == Ids{id}; });
  };
  const auto further = further_.find(destination);
  if (further != further_.end() && rooted_.parent(destination) == source) {
    const Ids sources = narrowed(sources_among(feeding(there), there), source, destination);
    for (const auto id : both(further->second, destinations_among(everyone(here), here)))
      if (!is_met(id)) wanted.push_back({&group_, forward, sources, {id}});
  }
  const auto heard = further_.find(source);
  if (heard != further_.end() && rooted_.parent(source) == destination && !here.writable.empty()) {
    const Ids pulling = narrowed(destinations_among(here.writable, here), destination, source);
    for (const auto id : both(heard->second, sources_among(there.writable, there)))
      wanted.push_back({&group_, forward, {id}, pulling});
  }
  return wanted;
}

}  // namespace ringspan::kcc
