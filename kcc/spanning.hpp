#pragma once

// The least-cost tree between the sites of one naming context (MS-ADTS 6.2.2.3.4.5): red sites are
// joined first, then black ones hang on and only receive.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kcc/path_memory.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"

namespace ringspan::kcc {

/// One edge of the tree and the directions in which changes flow over it.
struct SiteEdge {
  SitePath path;          ///< From the lower vertex to the higher.
  bool forward = false;   ///< path.to pulls from path.from.
  bool backward = false;  ///< path.from pulls from path.to.
  friend bool operator==(const SiteEdge&, const SiteEdge&) = default;
};

struct SiteTree {
  std::vector<SiteEdge> edges;
  /// Sites that hold replicas, told apart by which red sites they hear; one if all are joined.
  std::vector<std::vector<std::size_t>> islands;

  std::uint64_t cost() const;
};

/// `colours` has an entry for each vertex of `graph`. Every tie falls by the order of site paths.
SiteTree least_site_tree(const SiteGraph& graph, const std::vector<SiteColour>& colours);

/// The same, helped by what `memory` kept of the tree before it; of the same colours.
SiteTree least_site_tree(const SiteGraph& graph, const std::vector<SiteColour>& colours,
                         PathMemory& memory);

}  // namespace ringspan::kcc
