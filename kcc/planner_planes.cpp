#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "kcc/bounded_tree.hpp"
#include "kcc/hop_budget.hpp"
#include "kcc/planner.hpp"
#include "kcc/rooted.hpp"

namespace ringspan::kcc {
namespace {

bool same_shape(const SiteEdge& left, const SiteEdge& right) {
  return left.path.from == right.path.from && left.path.to == right.path.to &&
         left.forward == right.forward && left.backward == right.backward;
}

/// But for the cost, which no one asks a pull for.
bool same_way(const SitePull& left, const SitePull& right) {
  return left.group == right.group && left.destination == right.destination &&
         left.source == right.source && left.path.links == right.path.links &&
         left.path.schedule == right.path.schedule;
}

/// Between two sites the best of the ways that the trees take.
std::map<std::pair<std::size_t, std::size_t>, const SitePath*> ways_of(
    const std::vector<const SiteTree*>& trees) {
  std::map<std::pair<std::size_t, std::size_t>, const SitePath*> ways;
  for (const SiteTree* tree : trees) {
    for (const SiteEdge& edge : tree->edges) {
      const auto [way, fresh] = ways.try_emplace({edge.path.from, edge.path.to}, &edge.path);
      if (!fresh && ranks_before(edge.path, *way->second)) way->second = &edge.path;
    }
  }
  return ways;
}

/// Who pulls from whom, sorted.
std::vector<Ends> ends_of(const std::vector<SitePull>& pulls) {
  std::vector<Ends> ends;
  for (const SitePull& pull : pulls)
    ends.push_back({pull.destination, pull.source});
  std::ranges::sort(ends);
  return ends;
}

}  // namespace

void Planner::Tree::keep(SiteTree next) {
  reshaped = !grown || !std::ranges::equal(tree.edges, next.edges, same_shape);
  grown = true;
  tree = std::move(next);
}

/// The published algorithm has none.
std::size_t Planner::bound() const {
  return is_bounded() ? forest_.policy.max_hops : kNoSite / 2;
}

bool Planner::plan_first(const Changes& changes) {
  if (changes.replicas) {
    std::vector<Tree> before = std::exchange(first_.trees, {});
    first_.tree_of.clear();
    for (const ContextGroup& group : groups_) {
      const auto colours = colours_of(group.replicas);
      auto alike = std::ranges::find(first_.trees, colours, &Tree::colours);
      if (alike == first_.trees.end()) {
        const auto known = std::ranges::find(before, colours, &Tree::colours);
        first_.trees.push_back(known == before.end() ? Tree{.colours = colours}
                                                     : std::move(*known));
        alike = std::prev(first_.trees.end());
      }
      first_.tree_of.push_back(static_cast<std::size_t>(alike - first_.trees.begin()));
    }
  }
  bool anew = changes.replicas;
  for (Tree& tree : first_.trees) {
    if (tree.grown && !changes.links) continue;
    SiteTree least = least_site_tree(*graph_, tree.colours, tree.memory);
    tree.keep(within_radius(*graph_, tree.colours, std::move(least), bound() / 2, tree.memory));
    anew = anew || tree.reshaped;
  }
  if (anew) {
    first_.pairs.clear();
    for (std::size_t at = 0; at < groups_.size(); ++at) {
      const SiteTree& tree = first_.trees[first_.tree_of[at]].tree;
      const HopBudget budget(forest_, tree, groups_[at], bound());
      for (const SiteEdge& edge : tree.edges) {
        const auto [from, to] = std::pair(edge.path.from, edge.path.to);
        auto& wanted = first_.pairs[{from, to}].demands;
        if (edge.forward)
          std::ranges::move(budget.demands(true, from, to), std::back_inserter(wanted));
        if (edge.backward)
          std::ranges::move(budget.demands(false, to, from), std::back_inserter(wanted));
      }
    }
    choose_bridgeheads(*graph_, first_.pairs);
  }
  const bool moved = pull(first_);
  if (moved || anew) {
    primary_.resize(groups_.size());
    std::ranges::transform(first_.pulls, primary_.begin(), ends_of);
  }
  return moved || anew;
}

/// Grows anew where the first plane loads other links, at other prices.
void Planner::grow_second(const Changes& changes, Tree& tree) {
  auto costs = avoiding(forest_, tree.loads);
  std::vector<bool> touched(graph_->size());
  bool dearer = !tree.grown;
  for (std::size_t link = 0; link < costs.size() && tree.grown; ++link) {
    if (costs[link] == tree.costs[link]) continue;
    dearer = true;
    for (const std::size_t site : graph_->members(link))
      touched[site] = true;
  }
  tree.reshaped = false;
  if (!dearer && !changes.links) return;
  tree.memory.forget(touched);
  tree.costs = costs;
  if (tree.detours) {
    tree.detours->set_costs(std::move(costs));
  } else {
    tree.detours = std::make_unique<SiteGraph>(forest_, std::move(costs));
  }
  tree.keep(least_site_tree(*tree.detours, tree.colours, tree.memory));
}

bool Planner::plan_second(const Changes& changes, bool anew) {
  std::vector<FirstPlane> firsts;
  std::vector<Tree> before = std::exchange(second_.trees, {});
  const auto tree_before = std::exchange(second_.tree_of, {});
  for (std::size_t at = 0; at < groups_.size(); ++at) {
    firsts.emplace_back(groups_[at], first_.pulls[at]);
    auto colours = firsts.back().second_colours();
    const LinkLoads loads = loads_of(crossings_of(first_.pulls[at], false));
    auto alike = std::ranges::find_if(second_.trees, [&](const Tree& tree) {
      return tree.colours == colours && tree.loads == loads;
    });
    if (alike == second_.trees.end()) {
      const auto known = std::ranges::find(before, colours, &Tree::colours);
      Tree& tree = second_.trees.emplace_back(known == before.end() ? Tree{.colours = colours}
                                                                    : std::move(*known));
      if (known != before.end()) before.erase(known);
      tree.loads = loads;
      alike = std::prev(second_.trees.end());
    }
    second_.tree_of.push_back(static_cast<std::size_t>(alike - second_.trees.begin()));
  }
  anew = anew || second_.tree_of != tree_before;
  for (Tree& tree : second_.trees) {
    grow_second(changes, tree);
    anew = anew || tree.reshaped;
  }
  if (anew) {
    second_.pairs.clear();
    for (std::size_t at = 0; at < groups_.size(); ++at) {
      const FirstPlane& first = firsts[at];
      for (const SiteEdge& edge : second_.trees[second_.tree_of[at]].tree.edges) {
        const auto [from, to] = std::pair(edge.path.from, edge.path.to);
        const bool both = first.is_disguised(from) || first.is_disguised(to);
        auto& wanted = second_.pairs[{from, to}].demands;
        if (edge.forward || both)
          std::ranges::move(first.second_demands(true, from, to), std::back_inserter(wanted));
        if (edge.backward || both)
          std::ranges::move(first.second_demands(false, to, from), std::back_inserter(wanted));
      }
    }
    choose_bridgeheads(*graph_, second_.pairs);
  }
  return pull(second_) || anew;
}

/// Two controllers that pull in the first plane need no standby.
bool Planner::is_primary(const SitePull& pull) const {
  return std::ranges::binary_search(primary_[static_cast<std::size_t>(pull.group - groups_.data())],
                                    Ends{pull.destination, pull.source});
}

/// Lets the bridgeheads of the plane pull over the ways that its trees take now. Says whether
/// anyone or any way is new.
bool Planner::pull(Plane& plane) {
  std::vector<const SiteTree*> trees;
  for (const Tree& tree : plane.trees)
    trees.push_back(&tree.tree);
  const auto ways = ways_of(trees);
  const auto before = std::exchange(plane.pulls, {});
  plane.pulls.resize(groups_.size());
  for (const auto& [sites, pair] : plane.pairs) {
    const SitePath& way = *ways.at(sites);
    for (const Crossing& crossing : pair.crossings) {
      const auto at = static_cast<std::size_t>(crossing.group - groups_.data());
      plane.pulls[at].push_back({crossing.group, crossing.destination, crossing.source,
                                 crossing.forward ? way : reversed(way), plane.rule});
    }
  }
  return !std::ranges::equal(before, plane.pulls, [](const auto& left, const auto& right) {
    return std::ranges::equal(left, right, same_way);
  });
}

}  // namespace ringspan::kcc
