#pragma once

#include "sites/forest.hpp"

namespace ringspan::sites {

/// Kilometres along the great circle, on a round earth: half a percent off at worst.
double distance(const Coordinates& one, const Coordinates& other);

}  // namespace ringspan::sites
