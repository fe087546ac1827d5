#pragma once

#include "base/time.hpp"

namespace ringspan::replicator::net {

/// The wall clock. Asked here, at the rim, and nowhere below.
base::Time wall_clock();

}  // namespace ringspan::replicator::net
