#pragma once

#include "base/time.hpp"
#include "replicator/engine/ids.hpp"

namespace ringspan::replicator::partners {

/// When `me` next compares a naming context with a partner (rule R32), after `after`: once in every
/// day of UTC, at a time that chance would give, and that is the same after a restart.
base::Time next_comparison(ControllerId me, ControllerId partner, NamingContextId context,
                           base::Time after);

}  // namespace ringspan::replicator::partners
