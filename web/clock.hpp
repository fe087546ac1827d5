#pragma once

#include "base/time.hpp"

namespace ringspan::web {

/// The wall clock, asked where a request comes in and nowhere below.
base::Time wall_clock();

}  // namespace ringspan::web
