#pragma once

#include <map>

#include "replicator/engine/engine.hpp"

namespace ringspan::replicator::partners {

/// Urging: owners of the role pdc are asked to pull what is urgent. One request to each at a time:
/// what is written while it is under way goes with the next one.
class Urging {
 public:
  /// Is it to be asked now?
  bool begin(const Urge& urge);

  /// The request has ended, well or not. Is it to be asked once more?
  bool ended(const Urge& urge);

 private:
  std::map<Urge, bool> under_way_;  // whether something was written meanwhile
};

}  // namespace ringspan::replicator::partners
