#pragma once

// Promotion: a read-only replica becomes one that takes writes (rule R24).
//
//     read-only ── the definition says writable ──► promoted: filled anew with what was kept from
//     it
//                                                      │ every context whole, in one transaction
//                                                      ▼
//                                       writable, under another invocation id
//
// How far it is follows from the definition and the database alone, so a crash costs nothing but
// the page that was under way.

#include <optional>

#include "replicator/engine/identity.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// Does it hold, of every context of its own, all that a replica of its kind gets, from a whole
/// cycle at least? One that is promoted is measured as writable.
bool is_whole(const Snapshot& snapshot, const Identity& identity);

/// From now on, and after every start, the database is that of a writable replica of this id.
void note_promotion(Transaction& store, InvocationId invocation);

/// nullopt if it was never promoted.
std::optional<InvocationId> promoted_as(const Snapshot& snapshot);

}  // namespace ringspan::replicator
