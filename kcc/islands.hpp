#pragma once

#include <cstddef>
#include <vector>

#include "kcc/replicas.hpp"

namespace ringspan::kcc {

struct SiteEdge;

/// The sites that hold replicas, grouped by the red sites they hear over `edges`: each group of
/// joined red sites with the black ones it feeds, then each one alone that no red site feeds.
/// Sorted by their lowest site. A site with a read-only full replica counts as fed by a red site
/// only.
std::vector<std::vector<std::size_t>> islands(const std::vector<SiteColour>& colours,
                                              const std::vector<SiteEdge>& edges);

}  // namespace ringspan::kcc
