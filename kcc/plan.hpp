#pragma once

#include <cstdint>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// By what plan() calculates. Raised with every change after which some forest gets another
/// topology, whatever the reason: two controllers that plan differently each leave out what the
/// other counts on, so status names them.
inline constexpr std::uint32_t kAlgorithmVersion = 1;

/// The topology of `forest`: from replicated facts only, no history, no local view, no chance.
/// Total: any forest gives a topology, whatever its references point to. Deterministic: equal
/// forests give equal topologies on every machine, in whatever order their parts were listed.
Topology plan(const sites::Forest& forest);

}  // namespace ringspan::kcc
