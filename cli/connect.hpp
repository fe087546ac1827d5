#pragma once

#include <string>

#include "base/result.hpp"
#include "cli/place.hpp"

namespace ringspan::cli {

/// Asks the controller that `place` means over TLS, with the person's token or else as
/// the operator, and returns its answer.
/// Without a name the first that can be reached is asked, and no other after it: a write must not
/// be sent twice.
base::Result<std::string> ask_over_tls(const Place& place, const std::string& request);

}  // namespace ringspan::cli
