#include <algorithm>
#include <cstddef>

#include "kcc/rehang.hpp"

namespace ringspan::kcc {
namespace {

using Sites = std::vector<std::size_t>;

/// How many clusters make the same number on each of `levels`: the root of `sites` of that degree,
/// rounded down.
std::size_t clusters_of(std::size_t sites, std::size_t levels) {
  const auto is_too_many = [&](std::size_t clusters) {
    std::size_t product = 1;
    for (std::size_t level = 0; level < levels && product <= sites; ++level)
      product *= clusters;
    return product > sites;
  };
  std::size_t clusters = 1;
  while (!is_too_many(clusters + 1))
    ++clusters;
  return clusters;
}

/// The levels of hubs below the root of a part, along its tree.
class Clusters {
 public:
  Clusters(const std::vector<SiteColour>& colours, const Rooted& rooted, const RootedPart& part)
      : colours_(colours),
        root_(part.order.front()),
        children_(colours.size()),
        weights_(colours.size()),
        is_top_(colours.size()) {
    for (const std::size_t site : part.order) {
      if (site != root_) children_[rooted.parent(site)].push_back(site);
    }
  }

  Parents hang(std::size_t levels) {
    hang_below(root_, levels);
    return std::move(hung_);
  }

 private:
  /// What hangs on `top` in the tree down to where other clusters begin, parents before children.
  Sites piece(std::size_t top) const {
    Sites order{top};
    for (std::size_t next = 0; next < order.size(); ++next) {
      for (const std::size_t child : children_[order[next]])
        if (!is_top_[child]) order.push_back(child);
    }
    return order;
  }

  void hang_below(std::size_t hub, std::size_t levels);
  std::size_t height(const Sites& order);
  void keep(const Sites& order);
  Sites cut(const Sites& order, std::size_t most);

  const std::vector<SiteColour>& colours_;
  std::size_t root_;
  std::vector<Sites> children_;
  std::vector<std::size_t> weights_;  // of the piece that is looked at
  std::vector<bool> is_top_;          // of a cluster
  Parents hung_;
};

std::size_t Clusters::height(const Sites& order) {
  for (const std::size_t site : order)
    weights_[site] = 0;
  for (auto site = order.rbegin(); site != order.rend(); ++site) {
    for (const std::size_t child : children_[*site])
      if (!is_top_[child]) weights_[*site] = std::max(weights_[*site], weights_[child] + 1);
  }
  return weights_[order.front()];
}

/// Its own edges stay.
void Clusters::keep(const Sites& order) {
  for (const std::size_t site : order) {
    for (const std::size_t child : children_[site])
      if (!is_top_[child]) hung_.emplace_back(child, site);
  }
}

/// The tops of clusters of about `most` sites, and of what is left below the first of `order`. Only
/// red sites feed all others, and below one that is not red there is none.
Sites Clusters::cut(const Sites& order, std::size_t most) {
  Sites tops;
  for (auto site = order.rbegin(); site != order.rend(); ++site) {
    weights_[*site] = 1;
    for (const std::size_t child : children_[*site])
      if (!is_top_[child]) weights_[*site] += weights_[child];
    if (*site == order.front() || weights_[*site] < most || !colours_[*site].is_red()) continue;
    is_top_[*site] = true;
    tops.push_back(*site);
  }
  for (const std::size_t child : children_[order.front()]) {
    if (is_top_[child] || !colours_[child].is_red()) continue;
    is_top_[child] = true;
    tops.push_back(child);
  }
  return tops;
}

void Clusters::hang_below(std::size_t hub, std::size_t levels) {
  const Sites order = piece(hub);
  if (height(order) <= levels) return keep(order);
  if (levels > 1) {
    for (const std::size_t top : cut(order, order.size() / clusters_of(order.size(), levels))) {
      hung_.emplace_back(top, hub);
      hang_below(top, levels - 1);
    }
  }
  for (const std::size_t site : piece(hub))
    if (site != hub) hung_.emplace_back(site, hub);
}

}  // namespace

Parents hang_on_hubs(const std::vector<SiteColour>& colours, const Rooted& rooted,
                     const RootedPart& part, std::size_t radius) {
  return Clusters(colours, rooted, part).hang(std::max<std::size_t>(radius, 2) - 1);
}

}  // namespace ringspan::kcc
