#include "kcc/spanning.hpp"

#include <algorithm>
#include <iterator>
#include <set>

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

/// The spanning forest that takes the paths in the order in which they are listed.
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

class TreeGrower {
 public:
  TreeGrower(const SiteGraph& graph, const std::vector<SiteColour>& colours)
      : graph_(graph),
        colours_(colours),
        red_(where(colours, &SiteColour::is_red)),
        feeding_(where(colours, &SiteColour::may_feed)) {}

  SiteTree grow() {
    join_red();
    hang_full_leaves();
    join_relays();
    hang_partial_leaves();
    direct();
    tree_.islands = islands(colours_, tree_.edges);
    return std::move(tree_);
  }

 private:
  void join_red();
  void hang_full_leaves();
  void join_relays();
  void hang_partial_leaves();
  void direct();

  void add_sorted(std::vector<SitePath> candidates) {
    std::ranges::sort(candidates, ranks_before);
    std::ranges::move(candidates, std::back_inserter(candidates_));
  }

  /// The cheapest path from `leaf` into each component that feeds it.
  std::vector<SitePath> one_for_each(std::size_t leaf, const std::vector<bool>& feeders,
                                     const std::vector<std::size_t>& component) const {
    std::vector<SitePath> paths = graph_.paths(leaf, feeders);
    std::ranges::sort(paths, ranks_before);
    std::set<std::size_t> served;
    std::erase_if(paths,
                  [&](const SitePath& path) { return !served.insert(component[path.to]).second; });
    return paths;
  }

  void hang(const SitePath& from_leaf) {
    const bool leaf_is_lower = from_leaf.from < from_leaf.to;
    tree_.edges.push_back({upward(from_leaf), !leaf_is_lower, leaf_is_lower});
  }

  const SiteGraph& graph_;
  const std::vector<SiteColour>& colours_;
  std::vector<bool> red_;
  std::vector<bool> feeding_;
  std::vector<SitePath> candidates_;  // what the joined forest is made of, best first
  std::vector<SitePath> joined_;      // that forest
  SiteTree tree_;
};

void TreeGrower::join_red() {
  std::vector<SitePath> candidates;
  for (std::size_t at = 0; at < red_.size(); ++at) {
    if (!red_[at]) continue;
    for (SitePath& path : graph_.paths(at, red_)) {
      if (at < path.to) candidates.push_back(std::move(path));
    }
  }
  add_sorted(std::move(candidates));
  joined_ = least_forest(graph_.size(), candidates_);
}

// A read-only full replica needs a writable source: no relay can stand between.
void TreeGrower::hang_full_leaves() {
  const auto component = components(graph_.size(), joined_);
  for (std::size_t at = 0; at < colours_.size(); ++at) {
    if (red_[at] || !colours_[at].full_leaves) continue;
    for (const SitePath& path : one_for_each(at, red_, component)) {
      if (colours_[at].relays) {
        joined_.push_back(upward(path));  // its relays may pass on what comes this way
      } else {
        hang(path);
      }
    }
  }
  candidates_ = joined_;
}

void TreeGrower::join_relays() {
  std::vector<SitePath> candidates;
  for (std::size_t at = 0; at < colours_.size(); ++at) {
    if (red_[at] || !colours_[at].relays) continue;
    for (SitePath& path : graph_.paths(at, feeding_)) {
      if (red_[path.to] || at < path.to) candidates.push_back(upward(std::move(path)));
    }
  }
  add_sorted(std::move(candidates));
  joined_ = least_forest(graph_.size(), candidates_);
}

void TreeGrower::hang_partial_leaves() {
  const auto component = components(graph_.size(), joined_);
  for (std::size_t at = 0; at < colours_.size(); ++at) {
    const SiteColour& colour = colours_[at];
    if (!colour.partial_leaves || colour.may_feed() || colour.full_leaves) continue;
    for (const SitePath& path : one_for_each(at, feeding_, component))
      hang(path);
  }
}

// Between red sites changes flow both ways. Into a black site they flow from the side on which a
// red one stands; from both if there are red ones on both sides that no legal path joins.
void TreeGrower::direct() {
  for (std::size_t at = 0; at < joined_.size(); ++at) {
    const SitePath& path = joined_[at];
    if (red_[path.from] || red_[path.to]) {
      tree_.edges.push_back({path, red_[path.from], red_[path.to]});
      continue;
    }
    std::vector<SitePath> others = joined_;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
    const auto component = components(graph_.size(), others);
    bool red_below = false;
    bool red_above = false;
    for (std::size_t vertex = 0; vertex < red_.size(); ++vertex) {
      if (!red_[vertex]) continue;
      red_below = red_below || component[vertex] == component[path.from];
      red_above = red_above || component[vertex] == component[path.to];
    }
    const bool nobody = !red_below && !red_above;
    tree_.edges.push_back({path, red_below || nobody, red_above || nobody});
  }
  std::ranges::sort(tree_.edges, [](const SiteEdge& left, const SiteEdge& right) {
    return ranks_before(left.path, right.path);
  });
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
