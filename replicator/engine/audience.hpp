#pragma once

// Audience: which attributes of a naming context a replica gets.
//
//   a full, writable replica     all but those that are not replicated
//   one at a read-only           ... and but those filtered from read-only controllers
//   a partial one                those in the partial set alone, less the above
//
// The source decides, by what it knows of the destination (rule R20): whatever is asked, nothing
// else leaves. What a destination's vector covers is meant of its selection only; so a page says
// what it was made with, and a destination keeps the narrowest since it began (rule R21).

#include <optional>

#include "replicator/engine/identity.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/selection.hpp"
#include "replicator/engine/store.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator {

/// For whom a page is made.
struct Audience {
  bool read_only = false;
  bool partial = false;
  friend bool operator==(const Audience&, const Audience&) = default;
};

/// What `forest` says of the replica at `destination`; nullopt if it holds none of this context.
std::optional<Audience> audience_of(const sites::Forest& forest, ControllerId destination,
                                    NamingContextId context);

/// What a replica is itself; one that is promoted wants what writable ones get.
Audience audience_of(const Identity& identity, NamingContextId context);

/// What `audience` gets of `context`. The schema itself goes to everyone whole, or nobody could
/// tell what is selected.
Selection selection_of(const Schema& schema, const NamingContextHead& context,
                       const Audience& audience);

/// The same as of a snapshot; a context that is not among those is none of the schema.
Selection selection_of(const Snapshot& snapshot, const NamingContextHeads& contexts,
                       NamingContextId context, const Audience& audience);

/// What each audience gets, written beside the schema, so that no page need read all of it. A
/// Writer drops it with each change of the schema; until it is kept again the schema is read.
void keep_selections(Transaction& store, const NamingContextHeads& contexts);
void drop_selections(Transaction& store);
bool has_selections(const Snapshot& snapshot);

/// What the vector and the watermarks of a context are meant of, here: a fact of the store.
Selection filled_with(const Snapshot& snapshot, NamingContextId context);
void set_filled_with(Transaction& store, NamingContextId context, const Selection& selection);

}  // namespace ringspan::replicator
