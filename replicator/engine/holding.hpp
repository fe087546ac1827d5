#pragma once

// Holding: what a database has of a naming context in the course of time, and under which id it
// writes there.
//
//     absent ── first whole cycle, or created here ──► held ──► forgotten: absent, another life
//
// Whoever forgets a context and gets it again does not hold its own former writes until others have
// brought them; so it writes on as somebody else, and those are a stranger's
// (MS-ADTS 3.1.1.1.9 changes the invocation id of the whole database there).

#include "base/time.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// Who the originator of this database's writes in a context is: its invocation id `me`, and after
/// each forget() under this `me` another one that follows from the former.
InvocationId originator_in(const Snapshot& snapshot, NamingContextId context, InvocationId me);

/// What the originator `former` is called in this context after the next forget().
InvocationId next_life(InvocationId former, NamingContextId context);

/// True once the whole naming context has been here: where it was written first, and after the
/// first whole cycle. False again once it is forgotten.
bool has_arrived(const Snapshot& snapshot, NamingContextId context, InvocationId me);

/// The context begins here: it has arrived.
void note_created(Transaction& store, NamingContextId context);

/// Did it begin here, and is still kept since?
bool was_created_here(const Snapshot& snapshot, NamingContextId context);

/// Why a pull of a context fails that is not held.
inline constexpr const char* kNotHeld = "the naming context is not held here";

/// Keeps nothing of the context; should it come again, it is filled anew.
void forget(Transaction& store, NamingContextId context, InvocationId me);

}  // namespace ringspan::replicator
