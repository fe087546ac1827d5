#pragma once

#include "base/rng.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::simulator {

/// Two to five sites in a chain of links, one to four controllers each; the first is a1.
sites::Forest draw_chain(base::Rng& rng);

}  // namespace ringspan::replicator::simulator
