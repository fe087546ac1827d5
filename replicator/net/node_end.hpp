#pragma once

#include <string>

namespace ringspan::replicator::net {

/// Why a node that nobody told to stop must be stopped by its owner.
struct NodeEnd {
  enum class Kind {
    failure,     ///< The ground gave way.
    renewal,     ///< Open it again: its database is another one from now on (rule R24), or takes
                 ///< writes again after it did not.
    retirement,  ///< It has left the forest, and cannot be opened again.
  };
  Kind kind = Kind::failure;
  std::string reason;
};

}  // namespace ringspan::replicator::net
