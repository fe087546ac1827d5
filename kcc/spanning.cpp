#include "kcc/spanning.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/kruskal_min_spanning_tree.hpp>

#include "kcc/islands.hpp"

namespace ringspan::kcc {
namespace {

struct Ranked {
  std::size_t rank = 0;  ///< Place in the order of candidates: weights without ties.
};
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, Ranked>;

std::vector<bool> where(const std::vector<SiteColour>& colours, bool (SiteColour::*holds)() const) {
  std::vector<bool> sites;
  for (const SiteColour& colour : colours)
    sites.push_back((colour.*holds)());
  return sites;
}

SitePath upward(SitePath path) {
  return path.from < path.to ? path : reversed(std::move(path));
}

/// The spanning forest that takes the paths in the order in which they are listed, and keeps it.
std::vector<SitePath> least_forest(std::size_t vertices, const std::vector<SitePath>& candidates) {
  Graph graph(vertices);
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    boost::add_edge(candidates[rank].from, candidates[rank].to, Ranked{rank}, graph);
  }
  std::vector<Graph::edge_descriptor> chosen;
  boost::kruskal_minimum_spanning_tree(graph, std::back_inserter(chosen),
                                       boost::weight_map(boost::get(&Ranked::rank, graph)));
  std::vector<SitePath> forest;
  for (const auto& edge : chosen)
    forest.push_back(candidates[graph[edge].rank]);
  return forest;
}

std::vector<std::size_t> components(std::size_t vertices, const std::vector<SitePath>& paths) {
  Graph graph(vertices);
  for (const SitePath& path : paths)
    boost::add_edge(path.from, path.to, Ranked{}, graph);
  std::vector<std::size_t> component(vertices);
  boost::connected_components(graph, component.data());
  return component;
}

/// Grows the tree of one naming context. As a rule the red sites are one group; where no legal path
/// joins them they are several, and then every group feeds the black sites that it can reach. Black
/// sites that none reaches stay alone: what they hold is not current, so it is not passed on.
class TreeGrower {
 public:
  TreeGrower(const SiteGraph& graph, const std::vector<SiteColour>& colours)
      : graph_(graph), colours_(colours), red_(where(colours, &SiteColour::is_red)) {}

  SiteTree grow();

 private:
  std::vector<SitePath> join_red() const;
  std::vector<SitePath> feed_full_leaves(const std::vector<bool>& group);
  void feed_partial_leaves(const std::vector<bool>& group, const std::vector<bool>& fed);
  void feed(std::vector<SitePath> joined, const std::vector<bool>& group);
  void add(const SitePath& path, bool away_from_start);

  /// Whether the site belongs to the group or relays what the group feeds it. Red sites of other
  /// groups are crossed like white ones.
  std::vector<bool> feeders(const std::vector<bool>& group) const {
    std::vector<bool> feeding = group;
    for (std::size_t at = 0; at < feeding.size(); ++at) {
      feeding[at] = feeding[at] || (!red_[at] && colours_[at].relays);
    }
    return feeding;
  }

  std::optional<SitePath> best_path(std::size_t from, const std::vector<bool>& stops) const {
    const std::vector<SitePath> paths = graph_.paths(from, stops);
    const auto best = std::ranges::min_element(paths, ranks_before);
    return best == paths.end() ? std::nullopt : std::optional(*best);
  }

  const SiteGraph& graph_;
  const std::vector<SiteColour>& colours_;
  std::vector<bool> red_;
  std::map<std::pair<std::size_t, std::size_t>, SiteEdge> edges_;
};

SiteTree TreeGrower::grow() {
  const std::vector<SitePath> red_forest = join_red();
  for (const SitePath& path : red_forest) {
    add(path, true);
    add(path, false);
  }
  const auto component = components(graph_.size(), red_forest);
  std::set<std::size_t> fed;
  for (std::size_t at = 0; at < red_.size(); ++at) {
    if (!red_[at] || !fed.insert(component[at]).second) continue;
    std::vector<bool> group(red_.size());
    for (std::size_t other = 0; other < red_.size(); ++other) {
      group[other] = red_[other] && component[other] == component[at];
    }
    feed(red_forest, group);
  }
  SiteTree tree;
  for (auto& [ends, edge] : edges_)
    tree.edges.push_back(std::move(edge));
  tree.islands = islands(colours_, tree.edges);
  return tree;
}

std::vector<SitePath> TreeGrower::join_red() const {
  std::vector<SitePath> candidates;
  for (std::size_t at = 0; at < red_.size(); ++at) {
    if (!red_[at]) continue;
    for (SitePath& path : graph_.paths(at, red_)) {
      if (at < path.to) candidates.push_back(std::move(path));
    }
  }
  std::ranges::sort(candidates, ranks_before);
  return least_forest(graph_.size(), candidates);
}

/// What the red sites of `group` feed: the read-only full replicas first, since they need a
/// writable source, then the relays by a least tree, then what hangs on these.
void TreeGrower::feed(std::vector<SitePath> joined, const std::vector<bool>& group) {
  std::erase_if(joined, [&group](const SitePath& path) { return !group[path.from]; });
  const std::size_t red_edges = joined.size();
  std::ranges::move(feed_full_leaves(group), std::back_inserter(joined));
  const std::vector<bool> feeding = feeders(group);
  std::vector<SitePath> candidates;
  for (std::size_t at = 0; at < colours_.size(); ++at) {
    if (red_[at] || !colours_[at].relays) continue;
    for (const SitePath& path : graph_.paths(at, feeding)) {
      if (red_[path.to] || at < path.to) candidates.push_back(upward(path));
    }
  }
  std::ranges::sort(candidates, ranks_before);
  std::ranges::move(candidates, std::back_inserter(joined));
  joined = least_forest(graph_.size(), joined);
  joined.erase(joined.begin(), joined.begin() + static_cast<std::ptrdiff_t>(red_edges));

  // From the group outwards: each edge of the tree points away from it.
  std::vector<bool> fed = group;
  for (bool grew = true; grew;) {
    grew = false;
    for (const SitePath& path : joined) {
      if (fed[path.from] == fed[path.to]) continue;
      add(path, fed[path.from]);
      fed[path.from] = fed[path.to] = grew = true;
    }
  }
  feed_partial_leaves(group, fed);
}

/// Gives the paths to sites whose relays can pass on what comes this way; the others are leaves.
std::vector<SitePath> TreeGrower::feed_full_leaves(const std::vector<bool>& group) {
  std::vector<SitePath> joined;
  for (std::size_t at = 0; at < colours_.size(); ++at) {
    if (red_[at] || !colours_[at].full_leaves) continue;
    const auto path = best_path(at, group);
    if (!path) continue;
    if (colours_[at].relays) {
      joined.push_back(upward(*path));
    } else {
      add(*path, false);
    }
  }
  return joined;
}

/// Where a full leaf brought a path from a red site, the partial ones use it as well.
void TreeGrower::feed_partial_leaves(const std::vector<bool>& group, const std::vector<bool>& fed) {
  for (std::size_t at = 0; at < colours_.size(); ++at) {
    const SiteColour& colour = colours_[at];
    if (!colour.partial_leaves || colour.may_feed()) continue;
    if (colour.full_leaves && best_path(at, group)) continue;
    if (const auto path = best_path(at, fed)) add(*path, false);
  }
}

void TreeGrower::add(const SitePath& path, bool away_from_start) {
  const SitePath up = upward(path);
  const auto [entry, fresh] = edges_.emplace(std::pair(up.from, up.to), SiteEdge{up, false, false});
  SiteEdge& edge = entry->second;
  if (!fresh && ranks_before(up, edge.path)) edge.path = up;
  (away_from_start == (path.from == up.from) ? edge.forward : edge.backward) = true;
}

}  // namespace

std::uint64_t SiteTree::cost() const {
  std::uint64_t sum = 0;
  for (const SiteEdge& edge : edges)
    sum += edge.path.cost.value;
  return sum;
}

SiteTree least_site_tree(const SiteGraph& graph, const std::vector<SiteColour>& colours) {
  return TreeGrower(graph, colours).grow();
}

}  // namespace ringspan::kcc
