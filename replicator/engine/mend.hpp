#pragma once

// Mend: a replica takes what another one holds of objects in which the two diverge (rule R31).
//
// First as any page: the greater stamp wins, whatever the vector says, so what was lost here comes
// back and nothing newer is overwritten. What no stamp can settle is one write with two values:
// with `replaces` it becomes what the page says, and what stood here is journaled.

#include "base/result.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

/// Errc::damaged where the page makes no sense; the caller undoes then. Places and links are to be
/// settled afterwards.
base::Result<void> mend(Writer& writer, const Page& page, bool replaces);

}  // namespace ringspan::replicator
