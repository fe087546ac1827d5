#pragma once

// PathMemory: what the searches of one site tree found, for the next tree of nearly the same
// network. A search depends on the links at the sites that it followed and on nothing else.

#include <cstddef>
#include <map>
#include <vector>

#include "kcc/site_graph.hpp"

namespace ringspan::kcc {

class PathMemory {
 public:
  /// graph.paths(from, stops). The stops must be the same whenever the memory is asked.
  const std::vector<SitePath>& paths(const SiteGraph& graph, std::size_t from,
                                     const std::vector<bool>& stops);

  /// graph.closure(from, targets); `targets` are sorted.
  const std::vector<SitePath>& closure(const SiteGraph& graph, std::size_t from,
                                       const std::vector<std::size_t>& targets);

  /// The links at these sites, by vertex, are not what they were.
  void forget(const std::vector<bool>& changed);

  /// The link that stood at each place stands at `places[place]` now. What is gone was forgotten.
  void renumber(const std::vector<std::size_t>& places);

 private:
  struct Search {
    std::vector<std::size_t> targets;
    std::vector<std::size_t> followed;
    std::vector<SitePath> found;
  };
  using Searches = std::map<std::size_t, Search>;  // by where they began

  Searches nearest_;
  Searches closures_;
};

}  // namespace ringspan::kcc
