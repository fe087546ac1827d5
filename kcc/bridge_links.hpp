#pragma once

// The site links that are the only way between two parts of the network. (A site link bridge, which
// lets links be combined into paths, is something else.)

#include <cstddef>
#include <set>
#include <vector>

#include "sites/forest.hpp"

namespace ringspan::kcc {

class BridgeLinks {
 public:
  /// `forest` must be sound and outlive this. A link that is never open is none.
  explicit BridgeLinks(const sites::Forest& forest);

  /// By place in the list of links. Only links of two sites count: without one of more, there are
  /// more than two parts.
  bool contains(std::size_t link) const { return found_.contains(link); }

  /// By vertex: where one gets from the link's first site without it.
  std::vector<bool> part_without(std::size_t link) const;

 private:
  const sites::Forest& forest_;
  std::vector<std::vector<std::size_t>> members_;   // link -> vertices; none if never open
  std::vector<std::vector<std::size_t>> links_at_;  // vertex -> links
  std::set<std::size_t> found_;
};

}  // namespace ringspan::kcc
