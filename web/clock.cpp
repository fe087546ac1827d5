#include "web/clock.hpp"

namespace ringspan::web {

base::Time wall_clock() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

}  // namespace ringspan::web
