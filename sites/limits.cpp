#include "sites/limits.hpp"

#include <fmt/core.h>

namespace ringspan::sites {

std::string too_many(std::string_view what, std::size_t most) {
  return fmt::format("more than {} {}, the most that a plan is made for", most, what);
}

}  // namespace ringspan::sites
