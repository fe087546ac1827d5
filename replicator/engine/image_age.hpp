#pragma once

// How old the image was that a database lives on since its disk was put back (rule R25).

#include "base/result.hpp"
#include "replicator/engine/rollback.hpp"

namespace ringspan::replicator {

/// A life begins: notes when the database was last in use before, by its own word.
void note_start(Transaction& store);

/// When what is here up to `safe` was last in use; zero where nobody has noted it.
base::Time image_time(const Snapshot& snapshot, Usn safe);

/// Errc::refused where the image is older than the tombstone lifetime: what was deleted since may
/// be forgotten by all others, and would live again.
base::Result<void> may_recover(const Snapshot& snapshot, const Identity& me,
                               const Quarantine& quarantine, base::Duration tombstone_lifetime,
                               base::Time now);

}  // namespace ringspan::replicator
