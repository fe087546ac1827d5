#include "kcc/bounded_tree.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "kcc/rehang.hpp"
#include "kcc/rooted.hpp"

namespace ringspan::kcc {
namespace {

/// Parts up to this size are searched over all pairs of their sites.
constexpr std::size_t kMostSearched = 256;

std::size_t height(const Rooted& rooted, const RootedPart& part) {
  return rooted.depth(part.order.back());
}

std::pair<std::size_t, std::size_t> ends_of(const SitePath& path) {
  return std::minmax(path.from, path.to);
}

/// An edge of a tree in which every site hears the root through its parent.
SiteEdge edge_below(SitePath path, const std::vector<SiteColour>& colours) {
  const bool both = colours[path.to].is_red();
  const bool up = path.from < path.to;
  return {up ? std::move(path) : reversed(std::move(path)), both || up, both || !up};
}

}  // namespace

SiteTree within_radius(const SiteGraph& graph, const std::vector<SiteColour>& colours,
                       SiteTree tree, std::size_t radius, PathMemory& memory) {
  const Rooted rooted(tree, colours);
  std::set<std::pair<std::size_t, std::size_t>> gone;
  std::map<std::size_t, std::vector<std::size_t>> moved;  // by their new parent
  for (const RootedPart& part : rooted.parts()) {
    const std::size_t root = part.order.front();
    if (!part.is_tree || !colours[root].is_red() || height(rooted, part) <= radius) continue;
    for (const std::size_t site : part.order)
      if (site != root) gone.insert(std::minmax(site, rooted.parent(site)));
    const Parents parents = part.order.size() <= kMostSearched
                                ? rehang(graph, colours, rooted, part, radius)
                                : hang_on_hubs(colours, rooted, part, radius);
    for (const auto& [site, parent] : parents) {
      const bool stays = rooted.parent(site) == parent ||
                         (rooted.parent(parent) == site && colours[site].is_red());
      if (stays) {
        gone.erase(std::minmax(site, parent));
      } else {
        moved[parent].push_back(site);
      }
    }
  }
  std::vector<SiteEdge> made;
  for (auto& [parent, sites] : moved) {
    std::ranges::sort(sites);
    const auto& paths = memory.closure(graph, parent, sites);
    for (const SitePath& path : paths)
      made.push_back(edge_below(path, colours));
    for (const std::size_t site : sites)  // no legal path: it stays where it was
      if (!std::ranges::binary_search(paths, site, {}, &SitePath::to))
        gone.erase(std::minmax(site, rooted.parent(site)));
  }
  std::erase_if(tree.edges,
                [&gone](const SiteEdge& edge) { return gone.contains(ends_of(edge.path)); });
  std::ranges::move(made, std::back_inserter(tree.edges));
  std::ranges::sort(tree.edges, {}, [](const SiteEdge& edge) { return ends_of(edge.path); });
  return tree;
}

}  // namespace ringspan::kcc
