#include "kcc/site_pairs.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace ringspan::kcc {
namespace {

std::size_t most_carried(std::size_t pairs, std::size_t able) {
  return (5 * pairs + 4 * able - 1) / (4 * able);
}

}  // namespace

void choose_bridgeheads(const SiteGraph& graph, SitePairs& pairs) {
  std::vector<std::size_t> pairs_at(graph.size());
  for (const auto& [sites, pair] : pairs) {
    ++pairs_at[sites.first];
    ++pairs_at[sites.second];
  }
  std::unordered_map<sites::ControllerId, std::size_t> carried;
  const auto keep_free = [&](std::vector<sites::ControllerId>& able, std::size_t site) {
    const std::size_t most = most_carried(pairs_at[site], able.size());
    const auto is_taken = [&](sites::ControllerId id) {
      const auto found = carried.find(id);
      return found != carried.end() && found->second >= most;
    };
    if (!std::ranges::all_of(able, is_taken)) std::erase_if(able, is_taken);
  };
  for (auto& [sites, pair] : pairs) {
    std::vector<Demand> demands = pair.demands;
    for (Demand& demand : demands) {
      keep_free(demand.sources, demand.forward ? sites.first : sites.second);
      keep_free(demand.destinations, demand.forward ? sites.second : sites.first);
    }
    pair.crossings = meet(demands, graph.site(sites.first), graph.site(sites.second));
    std::set<sites::ControllerId> ends;
    for (const Crossing& crossing : pair.crossings) {
      ends.insert(crossing.source);
      ends.insert(crossing.destination);
    }
    for (const auto id : ends)
      ++carried[id];
  }
}

}  // namespace ringspan::kcc
