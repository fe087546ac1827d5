#pragma once

// Remedies: what would make a loss survivable, by where the two sides lie.

#include <cstddef>
#include <string>
#include <vector>

#include "kcc/certify.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

class Remedies {
 public:
  /// `forest` must be sound (sound.hpp) and outlive it.
  explicit Remedies(const sites::Forest& forest);

  /// `apart` are places in the list of controllers, sorted.
  CutLoss cut_by(const Loss& loss, const std::vector<std::size_t>& apart) const;

 private:
  /// A site with controllers.
  struct Held {
    const sites::Site* site = nullptr;
    std::size_t first = 0;  // its first controller
  };
  /// What decides between two new links: kilometres, names, order.
  struct Link;

  void offer(const sites::Site& here, const Held& there, Link& best) const;

  const sites::Forest& forest_;
  std::vector<Held> by_name_;
  std::vector<Held> by_latitude_;  // those whose place is known
};

}  // namespace ringspan::kcc
