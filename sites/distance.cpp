#include "sites/distance.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ringspan::sites {

double distance(const Coordinates& one, const Coordinates& other) {
  constexpr double radian = std::numbers::pi / 180;
  constexpr double radius = 6371;
  const double north = std::sin((other.latitude - one.latitude) * radian / 2);
  const double east = std::sin((other.longitude - one.longitude) * radian / 2);
  const double half = north * north + std::cos(one.latitude * radian) *
                                          std::cos(other.latitude * radian) * east * east;
  return 2 * radius * std::asin(std::sqrt(std::min(half, 1.0)));
}

}  // namespace ringspan::sites
