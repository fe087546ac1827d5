#pragma once

// ChangeCookie: where a reader of changes stands, as text that means nothing to it.
//
//   "rsc1." + base64url of: count | count x (context | source | usn | settled | time (ms) |
//                           selection | count | count x (originator | usn))
//
// The source's invocation id and position are good at that controller alone, in that life; the
// vector is good everywhere, so the reader goes on at any controller.

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "replicator/engine/changes.hpp"

namespace ringspan::replicator::net {

using ChangeCookie = std::map<NamingContextId, Reading>;

std::string to_text(const ChangeCookie& cookie);

/// Errc::invalid for anything else than to_text() has made.
base::Result<ChangeCookie> read_cookie(std::string_view text);

}  // namespace ringspan::replicator::net
