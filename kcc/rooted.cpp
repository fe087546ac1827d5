#include "kcc/rooted.hpp"

#include <algorithm>

namespace ringspan::kcc {

Rooted::Rooted(const SiteTree& tree, const std::vector<SiteColour>& colours)
    : neighbours_(colours.size()),
      parents_(colours.size(), kNoSite),
      depths_(colours.size(), kNoSite),
      seen_(colours.size()) {
  for (const SiteEdge& edge : tree.edges) {
    neighbours_[edge.path.from].push_back(edge.path.to);
    neighbours_[edge.path.to].push_back(edge.path.from);
  }
  for (std::size_t site = 0; site < colours.size(); ++site) {
    if (depths_[site] != kNoSite || neighbours_[site].empty()) continue;
    RootedPart part;
    part.order = walk(middle(site, colours));
    std::size_t ends = 0;
    for (const std::size_t member : part.order)
      ends += neighbours_[member].size();
    part.is_tree = ends == 2 * (part.order.size() - 1);
    parts_.push_back(std::move(part));
  }
}

/// By breadth.
std::vector<std::size_t> Rooted::walk(std::size_t start) {
  ++walks_;
  std::vector<std::size_t> order{start};
  parents_[start] = kNoSite;
  depths_[start] = 0;
  seen_[start] = walks_;
  for (std::size_t next = 0; next < order.size(); ++next) {
    const std::size_t at = order[next];
    for (const std::size_t neighbour : neighbours_[at]) {
      if (seen_[neighbour] == walks_) continue;
      seen_[neighbour] = walks_;
      parents_[neighbour] = at;
      depths_[neighbour] = depths_[at] + 1;
      order.push_back(neighbour);
    }
  }
  return order;
}

/// Of a longest way through the part that holds `start`; of the two sites in the middle of an odd
/// one the first that is red.
std::size_t Rooted::middle(std::size_t start, const std::vector<SiteColour>& colours) {
  const std::size_t end = walk(start).back();
  std::size_t at = walk(end).back();
  for (std::size_t steps = depths_[at] / 2; steps > 0; --steps)
    at = parents_[at];
  const std::vector<std::size_t> outwards = walk(at);
  const auto red =
      std::ranges::find_if(outwards, [&](std::size_t site) { return colours[site].is_red(); });
  return red == outwards.end() ? at : *red;
}

}  // namespace ringspan::kcc
