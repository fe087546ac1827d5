#include "kcc/blocks.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>

namespace ringspan::kcc {
namespace {

struct Part {
  std::size_t block = 0;
};
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, Part>;

Graph undirected(const ReplicaGraph::Edges& edges) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t from = 0; from < edges.size(); ++from) {
    for (const auto& edge : edges[from])
      if (edge.to != from) pairs.push_back(std::minmax(from, edge.to));
  }
  std::ranges::sort(pairs);
  const auto repeats = std::ranges::unique(pairs);
  pairs.erase(repeats.begin(), repeats.end());
  Graph graph(edges.size());
  for (const auto& [one, other] : pairs)
    boost::add_edge(one, other, graph);
  return graph;
}

void sort_out_repeats(std::vector<std::size_t>& places) {
  std::ranges::sort(places);
  const auto repeats = std::ranges::unique(places);
  places.erase(repeats.begin(), repeats.end());
}

}  // namespace

Blocks::Blocks(const ReplicaGraph::Edges& edges) {
  Graph graph = undirected(edges);
  members.resize(boost::biconnected_components(graph, boost::get(&Part::block, graph)));
  const auto [first, last] = boost::edges(graph);
  for (auto edge = first; edge != last; ++edge) {
    auto& here = members[graph[*edge].block];
    here.push_back(boost::source(*edge, graph));
    here.push_back(boost::target(*edge, graph));
  }
  std::vector<std::vector<std::size_t>> at(edges.size());  // blocks of a vertex
  for (std::size_t block = 0; block < members.size(); ++block) {
    sort_out_repeats(members[block]);
    for (const std::size_t vertex : members[block])
      at[vertex].push_back(block);
  }
  roots.resize(members.size(), kNone);
  for (std::size_t start = 0; start < edges.size(); ++start) {
    std::vector<std::size_t> front{start};
    while (!front.empty()) {
      const std::size_t root = front.back();
      front.pop_back();
      for (const std::size_t block : at[root]) {
        if (roots[block] != kNone) continue;
        roots[block] = root;
        order.push_back(block);
        std::ranges::copy_if(members[block], std::back_inserter(front),
                             [root](std::size_t member) { return member != root; });
      }
    }
  }
}

Block::Block(const ReplicaGraph::Edges& edges, const std::vector<std::size_t>& members)
    : members_(members), out_(members.size()) {
  for (std::size_t from = 0; from < members.size(); ++from) {
    for (const auto& edge : edges[members[from]]) {
      const auto found = std::ranges::lower_bound(members, edge.to);
      if (found == members.end() || *found != edge.to) continue;
      out_[from].push_back({static_cast<std::size_t>(found - members.begin()), edge.over});
    }
  }
}

std::size_t Block::local(std::size_t vertex) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(members_, vertex) - members_.begin());
}

std::vector<Block::Step> Block::steps(std::size_t from) const {
  std::vector<Step> steps;
  std::vector<bool> seen(size());
  seen[from] = true;
  const auto go = [&](std::size_t at, std::size_t hops) {
    for (const auto& edge : out_[at]) {
      if (seen[edge.to]) continue;
      seen[edge.to] = true;
      steps.push_back({edge.to, at, edge.over, hops});
    }
  };
  go(from, 1);
  for (std::size_t next = 0; next < steps.size(); ++next)
    go(steps[next].to, steps[next].hops + 1);
  return steps;
}

Outlooks::Outlooks(const ReplicaGraph::Edges& edges, const std::vector<bool>& counts,
                   const Blocks& blocks)
    : blocks_(blocks), seen_(edges.size()), through_(blocks.members.size()) {
  for (std::size_t vertex = 0; vertex < edges.size(); ++vertex)
    seen_[vertex].all.count = counts[vertex] ? 1 : 0;
  const auto look = [](const Block& block, std::size_t from, const std::vector<Outlook>& behind) {
    Outlook outlook;
    for (const Block::Step& step : block.steps(from)) {
      const Outlook& there = behind[step.to];
      outlook.count += there.count;
      if (there.count > 0)
        outlook.farthest = std::max(outlook.farthest, step.hops + there.farthest);
    }
    return outlook;
  };
  // Towards the roots, each sees what is behind its block; then back, what is before it.
  for (const std::size_t at : blocks.order | std::views::reverse) {
    const Block block(edges, blocks.members[at]);
    const std::size_t root = block.local(blocks.roots[at]);
    std::vector<Outlook> behind;
    for (const std::size_t member : blocks.members[at])
      behind.push_back(seen_[member].all);
    through_[at].resize(block.size());
    through_[at][root] = look(block, root, behind);
    add(blocks.roots[at], at, through_[at][root]);
  }
  for (const std::size_t at : blocks.order) {
    const Block block(edges, blocks.members[at]);
    const std::size_t root = block.local(blocks.roots[at]);
    std::vector<Outlook> behind;
    for (std::size_t local = 0; local < block.size(); ++local) {
      const std::size_t member = block.vertex(local);
      behind.push_back(local == root ? beyond(member, at) : seen_[member].all);
    }
    for (std::size_t local = 0; local < block.size(); ++local) {
      if (local == root) continue;
      through_[at][local] = look(block, local, behind);
      add(block.vertex(local), at, through_[at][local]);
    }
  }
}

Outlook Outlooks::beyond(std::size_t vertex, std::size_t block) const {
  const Seen& seen = seen_[vertex];
  const auto& members = blocks_.members[block];
  const auto local = std::ranges::lower_bound(members, vertex) - members.begin();
  const Outlook& within = through_[block][static_cast<std::size_t>(local)];
  return {seen.all.count - within.count, seen.through == block ? seen.second : seen.all.farthest};
}

void Outlooks::add(std::size_t vertex, std::size_t block, const Outlook& outlook) {
  Seen& seen = seen_[vertex];
  seen.all.count += outlook.count;
  if (outlook.farthest > seen.all.farthest) {
    seen.second = std::exchange(seen.all.farthest, outlook.farthest);
    seen.through = block;
  } else {
    seen.second = std::max(seen.second, outlook.farthest);
  }
}

}  // namespace ringspan::kcc
