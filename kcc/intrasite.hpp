#pragma once

// Connections inside a site. Up to 7 writable replicas of a naming context stand on a two-way ring;
// from 8 on they make a mesh over slots (slots.hpp), in which slot i feeds the slots
//
//     -d*i - a  mod N,   a = 1..d,   d = pulls_of_a_slot(N)            (Imase and Itoh, 1981)
//
// In k steps slot i reaches d^k slots in a row. Three steps reach all, since d^3 >= 2d^2 - 2d + 3,
// and the last is at least N; where one member acts for several slots, ways only get shorter.

#include <vector>

#include "kcc/replicas.hpp"
#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// One pull inside a site.
struct Pull {
  sites::ControllerId destination;
  sites::ControllerId source;
  Rule rule = Rule::ring;
  friend bool operator==(const Pull&, const Pull&) = default;
};

/// The pulls of one naming context inside one site; no pair twice. Read-only and partial replicas
/// feed no one and pull from two members on opposite sides, so that whatever a writable replica
/// writes is three hops away at most from everyone, and any one member may fail. Without a writable
/// replica the partial ones are the members; read-only ones are then fed from other sites.
std::vector<Pull> inside(const SiteReplicas& replicas);

}  // namespace ringspan::kcc
