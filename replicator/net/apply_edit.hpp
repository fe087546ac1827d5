#pragma once

#include <functional>

#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

/// What shall stand in the place of what stands. Worked out anew whenever that has changed.
using Edit = std::function<base::Result<sites::Forest>(const sites::Forest& standing)>;

/// Weighs, shows and writes an edit of the forest definition as `apply` does; of `request` it reads
/// "preview", "expect" and "force".
void apply_edit(const ServiceGround& ground, const Json& request, Edit edit, JsonTaker taker);

/// How many objects of a naming context live here; nullopt where it is not held.
std::optional<std::uint64_t> living_objects(const Snapshot& snapshot, NamingContextId context);

}  // namespace ringspan::replicator::net
