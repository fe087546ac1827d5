#pragma once

#include "base/time.hpp"

namespace ringspan::replicator::net {

/// The wall clock. Asked here, at the rim, and nowhere below.
base::Time wall_clock();

/// How long the machine has been on, sleep included; no one sets it (CLOCK_BOOTTIME).
base::Duration time_since_boot();

}  // namespace ringspan::replicator::net
