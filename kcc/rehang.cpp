#include "kcc/rehang.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

namespace ringspan::kcc {
namespace {

using Price = std::int64_t;
constexpr Price kNoWay = Price{1} << 33U;  // above every cost, and can be multiplied by steps

constexpr std::size_t kMostRoots = 8;

/// Works on places in `sites`, which are sorted.
struct Part {
  std::vector<std::size_t> sites;
  std::vector<SiteColour> colours;
  std::vector<std::vector<Price>> costs;  // of the site under the other; kNoWay where not legal
  std::vector<std::vector<std::size_t>> neighbours;

  std::size_t size() const { return sites.size(); }
};

/// Who may hang under whom (spanning.hpp): red sites and read-only full replicas under red ones,
/// partial replicas under those or relays.
bool may_feed(const SiteColour& above, const SiteColour& below) {
  return above.is_red() || (above.relays && !below.is_red() && !below.full_leaves);
}

Part part_of(const SiteGraph& graph, const std::vector<SiteColour>& colours, const Rooted& rooted,
             const RootedPart& rooted_part) {
  Part part;
  part.sites = rooted_part.order;
  std::ranges::sort(part.sites);
  const auto place = [&part](std::size_t site) {
    return static_cast<std::size_t>(std::ranges::lower_bound(part.sites, site) -
                                    part.sites.begin());
  };
  std::vector<bool> members(graph.size());
  for (const std::size_t site : part.sites) {
    part.colours.push_back(colours[site]);
    members[site] = true;
  }
  part.costs.assign(part.size(), std::vector<Price>(part.size(), kNoWay));
  part.neighbours.resize(part.size());
  for (std::size_t above = 0; above < part.size(); ++above) {
    const std::size_t site = part.sites[above];
    if (part.colours[above].may_feed()) {
      for (const SitePath& path : graph.closure(site, members)) {
        const std::size_t below = place(path.to);
        if (!may_feed(part.colours[above], part.colours[below])) continue;
        part.costs[below][above] = path.cost.value;
      }
    }
    if (rooted.parent(site) == kNoSite) continue;
    const std::size_t parent = place(rooted.parent(site));
    part.neighbours[above].push_back(parent);
    part.neighbours[parent].push_back(above);
  }
  return part;
}

/// A tree on its way to the radius.
class Hanging {
 public:
  Hanging(const Part& part, std::size_t root, std::size_t radius)
      : part_(part), root_(root), radius_(radius), parents_(part.size(), kNoSite) {
    std::vector<std::size_t> order{root};
    parents_[root] = root;
    for (std::size_t next = 0; next < order.size(); ++next) {
      for (const std::size_t neighbour : part.neighbours[order[next]]) {
        if (parents_[neighbour] != kNoSite) continue;
        parents_[neighbour] = order[next];
        order.push_back(neighbour);
      }
    }
    look();
  }

  void repair() {
    while (const auto move = best_repair())
      hang(*move);
  }
  void improve() {
    while (const auto move = best_saving())
      hang(*move);
  }

  /// Whom another root has left under one that may not feed it counts first, then what is too deep,
  /// then what it costs.
  std::tuple<std::size_t, std::size_t, Price, std::size_t> rank() const {
    std::size_t unfed = 0;
    Price cost = 0;
    for (std::size_t site = 0; site < part_.size(); ++site) {
      if (site == root_) continue;
      const Price way = part_.costs[site][parents_[site]];
      unfed += way == kNoWay ? 1U : 0U;
      cost += way;
    }
    const auto deep =
        std::ranges::count_if(depths_, [this](auto depth) { return depth > radius_; });
    return {unfed, static_cast<std::size_t>(deep), cost, root_};
  }

  Parents parents() const {
    Parents parents;
    for (std::size_t site = 0; site < part_.size(); ++site)
      if (site != root_) parents.emplace_back(part_.sites[site], part_.sites[parents_[site]]);
    return parents;
  }

 private:
  struct Move {
    std::size_t site = 0;
    std::size_t parent = 0;
    Price extra = 0;
    Price gain = 1;  ///< Steps too many that it takes away, over all sites.

    /// Less is paid for a step, then less in all.
    bool is_better_than(const Move& other) const {
      return std::tuple(extra * other.gain, extra, site, parent) <
             std::tuple(other.extra * gain, other.extra, other.site, other.parent);
    }
  };

  void look();
  std::vector<Price> gains(std::size_t site) const;
  std::optional<Move> best_repair() const;
  std::optional<Move> best_saving() const;

  void hang(const Move& move) {
    parents_[move.site] = move.parent;
    look();
  }
  bool is_below(std::size_t site, std::size_t top) const {
    return ranks_[site] >= ranks_[top] && ranks_[site] < ranks_[top] + counts_[top];
  }

  const Part& part_;
  std::size_t root_;
  std::size_t radius_;
  std::vector<std::size_t> parents_;
  // What look() finds in them:
  std::vector<std::size_t> order_;  // from the root down, each branch in one piece
  std::vector<std::size_t> ranks_;  // places in order_
  std::vector<std::size_t> counts_;
  std::vector<std::size_t> depths_;
  std::vector<std::size_t> heights_;
};

void Hanging::look() {
  const std::size_t size = part_.size();
  std::vector<std::vector<std::size_t>> children(size);
  for (std::size_t site = 0; site < size; ++site)
    if (site != root_) children[parents_[site]].push_back(site);
  order_.clear();
  ranks_.assign(size, 0);
  counts_.assign(size, 1);
  depths_.assign(size, 0);
  heights_.assign(size, 0);
  std::vector<std::size_t> waiting{root_};
  while (!waiting.empty()) {
    const std::size_t at = waiting.back();
    waiting.pop_back();
    ranks_[at] = order_.size();
    order_.push_back(at);
    if (at != root_) depths_[at] = depths_[parents_[at]] + 1;
    waiting.insert(waiting.end(), children[at].begin(), children[at].end());
  }
  for (std::size_t rank = size; rank-- > 1;) {
    const std::size_t at = order_[rank];
    counts_[parents_[at]] += counts_[at];
    heights_[parents_[at]] = std::max(heights_[parents_[at]], heights_[at] + 1);
  }
}

/// By how much the branch rises: how many steps too many that saves.
std::vector<Price> Hanging::gains(std::size_t site) const {
  std::vector<Price> gains(depths_[site] + 1);
  for (std::size_t rank = ranks_[site]; rank < ranks_[site] + counts_[site]; ++rank) {
    const std::size_t depth = depths_[order_[rank]];
    const std::size_t excess = depth > radius_ ? depth - radius_ : 0;
    for (std::size_t rise = 1; rise < gains.size(); ++rise)
      gains[rise] += static_cast<Price>(std::min(rise, excess));
  }
  return gains;
}

std::optional<Hanging::Move> Hanging::best_repair() const {
  std::optional<Move> best;
  for (std::size_t site = 0; site < part_.size(); ++site) {
    if (site == root_ || depths_[site] + heights_[site] <= radius_) continue;
    const std::vector<Price> gain = gains(site);
    for (std::size_t above = 0; above < part_.size(); ++above) {
      const Price cost = part_.costs[site][above];
      const std::size_t depth = depths_[above] + 1;
      if (cost == kNoWay || depth > radius_ || depth >= depths_[site]) continue;
      if (is_below(above, site)) continue;
      const Move move{site, above, cost - part_.costs[site][parents_[site]],
                      gain[depths_[site] - depth]};
      if (!best || move.is_better_than(*best)) best = move;
    }
  }
  return best;
}

std::optional<Hanging::Move> Hanging::best_saving() const {
  std::optional<Move> best;
  for (std::size_t site = 0; site < part_.size(); ++site) {
    if (site == root_) continue;
    const Price now = part_.costs[site][parents_[site]];
    const std::size_t most = std::max(radius_, depths_[site] + heights_[site]);
    for (std::size_t above = 0; above < part_.size(); ++above) {
      const Price cost = part_.costs[site][above];
      if (cost >= now || depths_[above] + 1 + heights_[site] > most) continue;
      if (is_below(above, site)) continue;
      const Move move{site, above, cost - now};
      if (!best || move.is_better_than(*best)) best = move;
    }
  }
  return best;
}

/// Those from which all others are nearest on the whole, by what the ways cost.
std::vector<std::size_t> likely_roots(const Part& part) {
  std::vector<std::pair<Price, std::size_t>> ranked;
  for (std::size_t root = 0; root < part.size(); ++root) {
    if (!part.colours[root].is_red()) continue;
    Price sum = 0;
    for (std::size_t site = 0; site < part.size(); ++site) {
      const Price cost = site == root ? 0 : part.costs[site][root];
      sum += cost == kNoWay ? std::numeric_limits<std::uint32_t>::max() : cost;
    }
    ranked.emplace_back(sum, root);
  }
  std::ranges::sort(ranked);
  if (ranked.size() > kMostRoots) ranked.resize(kMostRoots);
  std::vector<std::size_t> roots;
  for (const auto& [sum, root] : ranked)
    roots.push_back(root);
  return roots;
}

}  // namespace

Parents rehang(const SiteGraph& graph, const std::vector<SiteColour>& colours, const Rooted& rooted,
               const RootedPart& rooted_part, std::size_t radius) {
  const Part part = part_of(graph, colours, rooted, rooted_part);
  std::optional<Hanging> best;
  for (const std::size_t root : likely_roots(part)) {
    Hanging hanging(part, root, radius);
    hanging.repair();
    hanging.improve();
    if (!best || hanging.rank() < best->rank()) best.emplace(std::move(hanging));
  }
  return best ? best->parents() : Parents{};
}

}  // namespace ringspan::kcc
