#pragma once

#include <set>
#include <vector>

#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// One partner to pull from, as `mine` sees it now.
struct Inbound {
  Connection connection;
  bool active = true;  ///< False: a standby asleep, which exchanges vectors only.
  friend bool operator==(const Inbound&, const Inbound&) = default;
};

/// The inbound connections of controller `me`: its part of `plan`, where a planned standby is awake
/// for as long as a primary source of one of its naming contexts is in `failing`. Local, and it may
/// only add: a planned connection is never left out. Sorted like the plan.
std::vector<Inbound> mine(const Topology& plan, sites::ControllerId me,
                          const std::set<sites::ControllerId>& failing);

}  // namespace ringspan::kcc
