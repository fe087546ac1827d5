#pragma once

// restoration: the way back from a conflict. What lost becomes a new write, which has seen what
// won.
//
//     auto write = restoration(*snapshot, contexts, entry);
//     if (write) engine.step({WriteAsked{.id = 1, .write = *write}}, now);

#include "base/result.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/journal.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

/// The write by which an object has again what an entry says it lost:
///
///     values       Set          a removal            Unset
///     a link       AddLink      a removed link       RemoveLink
///     a name       Rename, Move or both              a deletion, an undeletion   Delete, Undelete
///
/// Errc::not_found where the object or a link's target is not here; Errc::refused where either is
/// deleted (undelete it first), where all is as it was already, or where the loser still stands.
/// What `originate` checks besides (a name that is taken) is left to it.
base::Result<Write> restoration(const Snapshot& snapshot, const NamingContextHeads& contexts,
                                const JournalEntry& entry);

/// The other end of the link that an entry is about; nullopt if it is about no link.
std::optional<ObjectId> linked_target(const Schema& schema, const JournalEntry& entry);

}  // namespace ringspan::replicator
