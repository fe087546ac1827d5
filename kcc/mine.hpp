#pragma once

#include <optional>
#include <set>
#include <vector>

#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// The inbound connections of controller `me`: its part of `plan`, sorted like the plan. When a
/// standby among them carries values is decided where failures are seen
/// (replicator/engine/takeover.hpp).
std::vector<Connection> mine(const Topology& plan, sites::ControllerId me);

/// What `me` adds for as long as it sees that its planned sources `lost` answer nothing. A plan
/// without them joins those whom it still hears to those whom it does not; these connections it
/// makes itself, wherever they end, since nobody there need see what it sees.
std::vector<Connection> detours(const sites::Forest& forest, const Topology& plan,
                                sites::ControllerId me, const std::set<sites::ControllerId>& lost);

/// The connection by which `me` pulls from `source` though the plan may have none: what a plan of
/// these two alone would have. nullopt where there is no way, or `me` may hold nothing from it.
std::optional<Connection> pull_from(const sites::Forest& forest, sites::ControllerId source,
                                    sites::ControllerId me);

}  // namespace ringspan::kcc
