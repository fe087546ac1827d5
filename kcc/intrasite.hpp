#pragma once

#include <vector>

#include "kcc/replicas.hpp"

namespace ringspan::kcc {

/// One pull inside a site.
struct Pull {
  sites::ControllerId destination;
  sites::ControllerId source;
  friend bool operator==(const Pull&, const Pull&) = default;
};

/// The two-way ring of one naming context in one site (MS-ADTS 6.2.2.3.3): writable replicas in the
/// order of their ids, each pulling from both neighbours. Everyone else hangs on the ring at its
/// own place and feeds no one. Without a writable replica the partial ones make the ring; read-only
/// ones are then fed from other sites, one by one.
std::vector<Pull> ring(const SiteReplicas& replicas);

}  // namespace ringspan::kcc
