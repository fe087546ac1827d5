#pragma once

#include <set>
#include <vector>

#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// The inbound connections of controller `me`: its part of `plan`, sorted like the plan. When a
/// standby among them carries values is decided where failures are seen
/// (replicator/engine/takeover.hpp).
std::vector<Connection> mine(const Topology& plan, sites::ControllerId me);

/// What `me` adds for as long as it sees that its planned sources `lost` answer nothing: the
/// primary connections of a plan without them that `plan` does not have, its own and those into its
/// site. The others there may not see what it sees, so it counts on nobody.
std::vector<Connection> detours(const sites::Forest& forest, const Topology& plan,
                                sites::ControllerId me, const std::set<sites::ControllerId>& lost);

}  // namespace ringspan::kcc
