#include "kcc/spanning.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <boost/pending/disjoint_sets.hpp>

#include "kcc/islands.hpp"

namespace ringspan::kcc {
namespace {

std::vector<bool> where(const std::vector<SiteColour>& colours, bool (SiteColour::*holds)() const) {
  std::vector<bool> sites;
  for (const SiteColour& colour : colours)
    sites.push_back((colour.*holds)());
  return sites;
}

SitePath upward(SitePath path) {
  return path.from < path.to ? path : reversed(std::move(path));
}

/// Which vertices hang together.
class Parts {
 public:
  explicit Parts(std::size_t vertices)
      : ranks_(vertices), parents_(vertices), sets_(ranks_.data(), parents_.data()) {
    for (std::size_t vertex = 0; vertex < vertices; ++vertex)
      sets_.make_set(vertex);
  }

  /// False: they did already.
  bool join(const SitePath& path) {
    const std::size_t from = sets_.find_set(path.from);
    const std::size_t to = sets_.find_set(path.to);
    if (from != to) sets_.link(from, to);
    return from != to;
  }

  /// The vertex that stands for the part.
  std::size_t of(std::size_t vertex) { return sets_.find_set(vertex); }

 private:
  std::vector<std::size_t> ranks_;
  std::vector<std::size_t> parents_;
  boost::disjoint_sets<std::size_t*, std::size_t*> sets_;
};

/// Kruskal's spanning forest: takes the paths in the order in which they are listed, and keeps it.
std::vector<SitePath> least_forest(std::size_t vertices,
                                   const std::vector<const SitePath*>& candidates) {
  Parts parts(vertices);
  std::vector<SitePath> forest;
  for (const SitePath* path : candidates)
    if (parts.join(*path)) forest.push_back(*path);
  return forest;
}

std::vector<SitePath> least_forest(std::size_t vertices, const std::vector<SitePath>& candidates) {
  std::vector<const SitePath*> listed;
  for (const SitePath& path : candidates)
    listed.push_back(&path);
  return least_forest(vertices, listed);
}

/// Grows the tree of one naming context. As a rule the red sites are one group; where no legal path
/// joins them they are several, and then every group feeds the black sites that it can reach. Black
/// sites that none reaches stay alone: what they hold is not current, so it is not passed on.
class TreeGrower {
 public:
  TreeGrower(const SiteGraph& graph, const std::vector<SiteColour>& colours, PathMemory& memory)
      : graph_(graph),
        memory_(memory),
        colours_(colours),
        red_(where(colours, &SiteColour::is_red)) {}

  SiteTree grow();

 private:
  std::vector<SitePath> join_red();
  void feed_all(const std::vector<SitePath>& red_forest);
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
  PathMemory& memory_;  // of the searches from red sites to red sites
  const std::vector<SiteColour>& colours_;
  std::vector<bool> red_;
  std::map<std::pair<std::size_t, std::size_t>, SiteEdge> edges_;
};

SiteTree TreeGrower::grow() {
  const std::vector<SitePath> red_forest = join_red();
  for (const SitePath& path : red_forest)
    edges_.try_emplace({path.from, path.to}, SiteEdge{path, true, true});
  const auto is_black = [](const SiteColour& colour) {
    return !colour.is_red() && !colour.is_white();
  };
  if (std::ranges::any_of(colours_, is_black)) feed_all(red_forest);
  SiteTree tree;
  for (auto& [ends, edge] : edges_)
    tree.edges.push_back(std::move(edge));
  tree.islands = islands(colours_, tree.edges);
  return tree;
}

/// Each group of red sites feeds the black ones that it can reach.
void TreeGrower::feed_all(const std::vector<SitePath>& red_forest) {
  Parts parts(graph_.size());
  for (const SitePath& path : red_forest)
    parts.join(path);
  std::set<std::size_t> fed;
  for (std::size_t at = 0; at < red_.size(); ++at) {
    if (!red_[at] || !fed.insert(parts.of(at)).second) continue;
    std::vector<bool> group(red_.size());
    for (std::size_t other = 0; other < red_.size(); ++other)
      group[other] = red_[other] && parts.of(other) == parts.of(at);
    feed(red_forest, group);
  }
}

std::vector<SitePath> TreeGrower::join_red() {
  std::vector<const SitePath*> candidates;
  for (std::size_t at = 0; at < red_.size(); ++at) {
    if (!red_[at]) continue;
    for (const SitePath& path : memory_.paths(graph_, at, red_)) {
      if (at < path.to) candidates.push_back(&path);
    }
  }
  std::ranges::sort(candidates, [](const SitePath* left, const SitePath* right) {
    return ranks_before(*left, *right);
  });
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
  PathMemory memory;
  return least_site_tree(graph, colours, memory);
}

SiteTree least_site_tree(const SiteGraph& graph, const std::vector<SiteColour>& colours,
                         PathMemory& memory) {
  return TreeGrower(graph, colours, memory).grow();
}

}  // namespace ringspan::kcc
