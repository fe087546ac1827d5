#include "replicator/net/clock.hpp"

#include <ctime>

#include "base/contracts.hpp"

namespace ringspan::replicator::net {

base::Time wall_clock() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

base::Duration time_since_boot() {
  timespec now{};
  ENSURES(::clock_gettime(CLOCK_BOOTTIME, &now) == 0);
  return std::chrono::floor<base::Duration>(std::chrono::seconds(now.tv_sec) +
                                            std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace ringspan::replicator::net
