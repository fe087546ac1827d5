#include "kcc/path_memory.hpp"

#include <algorithm>

namespace ringspan::kcc {

const std::vector<SitePath>& PathMemory::paths(const SiteGraph& graph, std::size_t from,
                                               const std::vector<bool>& stops) {
  const auto [entry, fresh] = nearest_.try_emplace(from);
  Search& search = entry->second;
  if (fresh) {
    search.found = graph.paths(from, [&stops](std::size_t at) { return bool(stops[at]); },
                               {.followed = &search.followed});
  }
  return search.found;
}

const std::vector<SitePath>& PathMemory::closure(const SiteGraph& graph, std::size_t from,
                                                 const std::vector<std::size_t>& targets) {
  const auto [entry, fresh] = closures_.try_emplace(from);
  Search& search = entry->second;
  if (fresh || search.targets != targets) {
    std::vector<bool> wanted(graph.size());
    for (const std::size_t target : targets)
      wanted[target] = true;
    search.targets = targets;
    search.followed.clear();
    search.found = graph.closure(from, wanted, &search.followed);
  }
  return search.found;
}

void PathMemory::forget(const std::vector<bool>& changed) {
  for (Searches* searches : {&nearest_, &closures_}) {
    std::erase_if(*searches, [&](const auto& entry) {
      return std::ranges::any_of(entry.second.followed,
                                 [&](std::size_t vertex) { return bool(changed[vertex]); });
    });
  }
}

void PathMemory::renumber(const std::vector<std::size_t>& places) {
  for (Searches* searches : {&nearest_, &closures_}) {
    for (auto& [from, search] : *searches) {
      for (SitePath& path : search.found) {
        for (std::size_t& link : path.links)
          link = places[link];
      }
    }
  }
}

}  // namespace ringspan::kcc
