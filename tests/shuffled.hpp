#pragma once

#include "sites/forest.hpp"

namespace ringspan {

/// The same forest with every list in another order, also those of what a part joins or holds.
/// `shuffle` takes a vector of anything.
template <typename Shuffle>
sites::Forest shuffled_by(sites::Forest forest, const Shuffle& shuffle) {
  shuffle(forest.sites);
  shuffle(forest.links);
  shuffle(forest.bridges);
  shuffle(forest.controllers);
  shuffle(forest.naming_contexts);
  shuffle(forest.connections);
  for (auto& link : forest.links)
    shuffle(link.sites);
  for (auto& bridge : forest.bridges)
    shuffle(bridge.links);
  for (auto& context : forest.naming_contexts)
    shuffle(context.replicas);
  return forest;
}

}  // namespace ringspan
