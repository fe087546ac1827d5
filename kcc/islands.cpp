#include "kcc/islands.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "kcc/spanning.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNoIsland = std::numeric_limits<std::size_t>::max();

/// Floods from one site after the other. Invariant: a site that was counted stays where it is.
class Flood {
 public:
  Flood(const std::vector<SiteColour>& colours, const std::vector<SiteEdge>& edges)
      : colours_(colours), neighbours_(colours.size()), island_of_(colours.size(), kNoIsland) {
    for (const SiteEdge& edge : edges) {
      if (edge.forward) neighbours_[edge.path.from].push_back(edge.path.to);
      if (edge.backward) neighbours_[edge.path.to].push_back(edge.path.from);
    }
  }

  /// Counts for a new island all that the red `start` feeds and that no island has yet: it stands
  /// for its whole group.
  void from(std::size_t start) {
    const std::size_t island = count_++;
    std::vector<bool> seen(colours_.size());
    std::vector<std::size_t> waiting{start};
    seen[start] = true;
    island_of_[start] = island;
    while (!waiting.empty()) {
      const std::size_t at = waiting.back();
      waiting.pop_back();
      for (const std::size_t next : neighbours_[at]) {
        const bool is_fed = colours_[at].is_red() || !colours_[next].full_leaves;
        if (is_fed && island_of_[next] == kNoIsland) island_of_[next] = island;
        if (seen[next]) continue;
        seen[next] = true;
        waiting.push_back(next);
      }
    }
  }

  void alone(std::size_t site) { island_of_[site] = count_++; }

  bool is_counted(std::size_t site) const { return island_of_[site] != kNoIsland; }

  std::vector<std::vector<std::size_t>> take() const {
    std::map<std::size_t, std::vector<std::size_t>> groups;
    for (std::size_t site = 0; site < island_of_.size(); ++site) {
      if (is_counted(site)) groups[island_of_[site]].push_back(site);
    }
    std::vector<std::vector<std::size_t>> sorted;
    for (auto& [island, sites] : groups)
      sorted.push_back(sites);
    std::ranges::sort(sorted);
    return sorted;
  }

 private:
  const std::vector<SiteColour>& colours_;
  std::vector<std::vector<std::size_t>> neighbours_;
  std::vector<std::size_t> island_of_;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<std::vector<std::size_t>> islands(const std::vector<SiteColour>& colours,
                                              const std::vector<SiteEdge>& edges) {
  Flood flood(colours, edges);
  for (std::size_t site = 0; site < colours.size(); ++site) {
    if (colours[site].is_red() && !flood.is_counted(site)) flood.from(site);
  }
  for (std::size_t site = 0; site < colours.size(); ++site) {
    if (!colours[site].is_white() && !flood.is_counted(site)) flood.alone(site);
  }
  return flood.take();
}

}  // namespace ringspan::kcc
