#pragma once

// A tree of sites seen from one of them.

#include <cstddef>
#include <limits>
#include <vector>

#include "kcc/spanning.hpp"

namespace ringspan::kcc {

inline constexpr std::size_t kNoSite = std::numeric_limits<std::size_t>::max();

/// One part of the trees between sites, by vertex. A part that has a cycle is walked by breadth all
/// the same, and leaves an edge out.
struct RootedPart {
  std::vector<std::size_t> order;  ///< The root first, parents before children.
  bool is_tree = true;
};

/// The edges of trees between sites as parents and children.
class Rooted {
 public:
  /// Each part hangs on the middle of its longest way, or on the red site that is nearest to it.
  Rooted(const SiteTree& tree, const std::vector<SiteColour>& colours);

  const std::vector<RootedPart>& parts() const { return parts_; }
  /// kNoSite above a root.
  std::size_t parent(std::size_t site) const { return parents_[site]; }
  std::size_t depth(std::size_t site) const { return depths_[site]; }

 private:
  std::vector<std::size_t> walk(std::size_t start);
  std::size_t middle(std::size_t start, const std::vector<SiteColour>& colours);

  std::vector<std::vector<std::size_t>> neighbours_;
  std::vector<std::size_t> parents_;  // as the latest walk found them, like the depths
  std::vector<std::size_t> depths_;
  std::vector<std::size_t> seen_;  // by which walk
  std::size_t walks_ = 0;
  std::vector<RootedPart> parts_;
};

}  // namespace ringspan::kcc
