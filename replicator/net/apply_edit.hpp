#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

/// What shall stand in the place of what stands. Worked out anew whenever that has changed.
using Edit = std::function<base::Result<sites::Forest>(const sites::Forest& standing)>;

/// Weighs, shows and writes an edit of the forest definition as `apply` does; of `request` it reads
/// "preview", "expect" and "force". The roles of a domain that it adds go to the first of
/// `first_owners` that can have them (configuration::first_owner).
void apply_edit(const ServiceGround& ground, const Json& request, Edit edit, JsonTaker taker,
                std::vector<std::string> first_owners = {});

/// How many objects of a naming context live here; nullopt where it is not held.
std::optional<std::uint64_t> living_objects(const Snapshot& snapshot, NamingContextId context);

/// What the asked controller has of it: "here", "filling", "leaving" or "elsewhere".
std::string_view state_here(const ServiceGround& ground, const Snapshot& snapshot,
                            NamingContextId context);

}  // namespace ringspan::replicator::net
