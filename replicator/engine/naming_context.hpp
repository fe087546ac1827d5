#pragma once

#include <vector>

#include "replicator/engine/ids.hpp"
#include "sites/dn.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator {

/// A naming context as the engine knows it.
struct NamingContextHead {
  NamingContextId id;
  sites::Dn dn;
  bool is_home = false;  ///< Relative DNs are meant below this one: the controller's domain.
  sites::NamingContextKind kind = sites::NamingContextKind::domain;
  bool is_partial = false;  ///< Held in part: only the attributes of the partial set.
  friend bool operator==(const NamingContextHead&, const NamingContextHead&) = default;
};
using NamingContextHeads = std::vector<NamingContextHead>;

}  // namespace ringspan::replicator
