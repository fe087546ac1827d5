#include "replicator/net/clock.hpp"

namespace ringspan::replicator::net {

base::Time wall_clock() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

}  // namespace ringspan::replicator::net
