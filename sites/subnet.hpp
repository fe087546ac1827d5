#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ringspan::sites {

/// The canonical text of an IPv4 or IPv6 network in CIDR form: "10.1.0.0/16", "2001:db8::/32".
/// Refuses addresses with bits set behind the prefix, and says which network was meant.
base::Result<std::string> canonical_subnet(std::string_view text);

}  // namespace ringspan::sites
