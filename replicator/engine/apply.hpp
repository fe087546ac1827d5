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

/// Has an object of this page been collected here, which lives again, or was renamed, elsewhere? It
/// does not come whole then, since the source takes for held what was (rule R27).
bool revives_what_was_collected(const Snapshot& snapshot, const Page& page,
                                const UpToDatenessVector& known);

}  // namespace ringspan::replicator
