#pragma once

#include <string>

namespace ringspan::replicator::net {

/// Why a node that nobody told to stop must be stopped by its owner.
struct NodeEnd {
  enum class Kind {
    failure,     ///< The ground gave way.
    renewal,     ///< Its database is another one from now on (rule R24): open it again.
    retirement,  ///< It has left the forest, and cannot be opened again.
  };
  Kind kind = Kind::failure;
  std::string reason;
};

}  // namespace ringspan::replicator::net
