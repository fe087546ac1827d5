#pragma once

#include <cstdint>
#include <vector>

#include "kcc/certify.hpp"

namespace ringspan::kcc {

/// How often a change of the configuration crosses each site link. Over the plan's primary
/// connections every replica takes it once, over its first way; `forest` is sound.
/// Empty where the forest is too large to follow every change.
std::vector<LinkTraffic> link_traffic(const sites::Forest& forest, const Topology& topology);

/// In bytes, of a change of the configuration that travels alone (certify.hpp). As
/// tests/swarm/traffic_test.cpp finds it within a tenth.
std::uint64_t crossing_overhead(const sites::Forest& forest);

}  // namespace ringspan::kcc
