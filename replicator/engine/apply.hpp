#pragma once

#include "base/result.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

/// Applies the objects and links of a page, always and whatever the directory's constraints say
/// (rules R4 to R7, R12): greater stamps win, what loses in a conflict is journaled in the same
/// transaction, what cannot stand waits unplaced until `settle`, links to be judged until
/// `settle_links`. Errc::damaged for a page that makes no sense; the caller undoes to its mark.
base::Result<void> apply(Writer& writer, const Page& page);

}  // namespace ringspan::replicator
