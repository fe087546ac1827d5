#pragma once

// Retirement: a controller that leaves the forest for good (docs/roles.md, rules O9 to O11).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/configuration/configuration.hpp"

namespace ringspan::replicator::configuration {

/// Why the forest cannot do without `controller`, a line each with its remedy: naming contexts of
/// which no other member takes writes. Empty: it can.
std::vector<std::string> why_needed(const sites::Forest& forest,
                                    const std::map<ControllerId, std::string>& keys,
                                    ControllerId controller);

/// `forest` without it, its replicas and the connections that were made by hand.
sites::Forest without(sites::Forest forest, ControllerId controller);

/// Was there something of this name, which was removed?
bool was_removed(const Snapshot& snapshot, NamingContextId context, std::string_view name);

}  // namespace ringspan::replicator::configuration
