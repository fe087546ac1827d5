#pragma once

// What is asked of the owner of a rid role, between controllers (docs/roles.md, I3).

#include <string>

#include "base/result.hpp"
#include "replicator/engine/identifiers.hpp"
#include "replicator/net/ask.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

/// `id_pool` for this grant, as the owner reads it.
std::string pool_request(const GrantPool& grant);

/// The domain that the field "domain" names, or the home domain; Errc::refused says where its
/// identifiers are to be had if that is not here.
base::Result<NamingContextId> domain_asked(const ServiceGround& ground, const Asked& asked);

/// [{"first": 1000, "last": 1499}]
Json to_json(const NumberRanges& ranges);

}  // namespace ringspan::replicator::net
