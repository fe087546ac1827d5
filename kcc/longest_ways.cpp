#include "kcc/longest_ways.hpp"

#include <algorithm>
#include <limits>

namespace ringspan::kcc {
namespace {

constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

}  // namespace

LongestWays::LongestWays(const ReplicaGraph& graph, std::size_t connections)
    : graph_(graph), gone_(graph.size()), cut_(connections), most_(graph.size()) {
  told_.hops.assign(graph.size(), kFar);
  heard_.hops.assign(graph.size(), kFar);
  middle_ = middle();
}

void LongestWays::search(const ReplicaGraph::Edges& edges, std::size_t start, Search& search) {
  for (const std::size_t at : search.reached)
    search.hops[at] = kFar;
  search.reached.assign(1, start);
  search.hops[start] = 0;
  for (std::size_t next = 0; next < search.reached.size(); ++next) {
    const std::size_t at = search.reached[next];
    for (const auto& edge : edges[at]) {
      ++steps_;
      if (search.hops[edge.to] != kFar || gone_[edge.to] || cut_[edge.over]) continue;
      search.hops[edge.to] = search.hops[at] + 1;
      search.reached.push_back(edge.to);
    }
  }
}

/// Half way on a way that is long: from the farthest of the farthest of the first.
std::size_t LongestWays::middle() {
  std::size_t start = 0;
  while (start < graph_.size() && !graph_.is_writable(start))
    ++start;
  if (start == graph_.size()) return start;
  search(graph_.in, start, heard_);
  const std::size_t end = heard_.reached.back();
  search(graph_.out, end, told_);
  const std::size_t half = told_.hops[told_.reached.back()] / 2;
  std::size_t middle = end;
  search(graph_.in, told_.reached.back(), heard_);
  for (const std::size_t at : told_.reached) {
    if (!graph_.is_writable(at) || told_.hops[at] > half) continue;
    const std::size_t whole = told_.hops[told_.reached.back()];
    if (heard_.hops[at] != kFar && told_.hops[at] + heard_.hops[at] == whole) middle = at;
  }
  return middle;
}

/// Whoever hears the middle and is heard by it reaches no one else, and by way of it.
void LongestWays::bound(std::size_t middle) {
  search(graph_.out, middle, told_);
  search(graph_.in, middle, heard_);
  const std::size_t farthest = told_.hops[told_.reached.back()];
  for (const std::size_t at : heard_.reached) {
    if (told_.hops[at] != kFar) most_[at] = std::min(most_[at], heard_.hops[at] + farthest);
  }
}

bool LongestWays::lengthen(const Fallen& fallen, LongestWay& longest) {
  for (const std::size_t at : fallen.controllers)
    gone_[at] = true;
  for (const std::size_t over : fallen.connections)
    cut_[over] = true;
  most_.assign(graph_.size(), kFar);
  if (middle_ < graph_.size() && !gone_[middle_]) bound(middle_);
  const std::size_t before = longest.hops;
  for (std::size_t from = 0; from < graph_.size(); ++from) {
    if (!graph_.is_writable(from) || gone_[from] || most_[from] <= longest.hops) continue;
    if (most_[from] == kFar) {
      bound(from);
    } else {
      search(graph_.out, from, told_);
    }
    const std::size_t farthest = told_.reached.back();
    if (told_.hops[farthest] <= longest.hops) continue;
    longest = {told_.hops[farthest], from, farthest};
    for (const std::size_t at : told_.reached)
      if (told_.hops[at] == longest.hops) longest.to = std::min(longest.to, at);
  }
  for (const std::size_t at : fallen.controllers)
    gone_[at] = false;
  for (const std::size_t over : fallen.connections)
    cut_[over] = false;
  return longest.hops > before;
}

}  // namespace ringspan::kcc
