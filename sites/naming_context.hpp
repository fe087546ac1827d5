#pragma once

// Naming contexts of a definition by their DN, and a new one among them.

#include <set>
#include <vector>

#include "sites/dn.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

/// Null if the forest has none of this DN.
NamingContext* find_naming_context(Forest& forest, const Dn& dn);
const NamingContext* find_naming_context(const Forest& forest, const Dn& dn);

/// Adds an application naming context with the id that every reader of a definition gives it. The
/// forest must have none of this DN; `replicas` may stand in any order.
void add_application(Forest& forest, const Dn& dn, std::vector<ControllerId> replicas);

/// Likewise a domain, which these controllers hold from now on instead of their former ones.
void add_domain(Forest& forest, const Dn& dn, const std::set<ControllerId>& controllers);

/// The deepest naming context in which `dn` lies; null if in none.
const NamingContext* enclosing_context(const Forest& forest, const Dn& dn);

}  // namespace ringspan::sites
