#pragma once

// Place: where an object may stand (rule R12).
//
// While a cycle runs, objects arrive in the order in which they were last written: a child before
// its parent, two that swap their names one after the other. What cannot stand yet is kept unplaced
// and claims no name. When the cycle is over the source's whole state is here, and what still
// cannot stand is a true conflict:
//
//   parent deleted        to LostAndFound
//   stands below itself   the object of the ring with the lowest (time of name, id) to LostAndFound
//   name taken            the lower (time of name, id) of the two takes its conflict name
//
// Each remedy is an originating write of "name", so it replicates and wins; a read-only replica
// waits for that of a writable one. What a cycle brought that broke off is no conflict yet: it
// waits until our vector covers the writes in question, an hour at most.

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

enum class Standing { well, parent_unknown, parent_deleted, below_itself, name_taken };

/// May the living `object` stand where its "name" says? Judged against what is stored.
Standing standing(const Snapshot& snapshot, const Object& object);

/// Marks living children of a deleted object as unplaced.
void unsettle_children(Writer& writer, ObjectId parent);

/// Places every unplaced object of the context, with a remedy where it needs one. Called when a
/// cycle has ended and no other is half-way.
void settle(Writer& writer, NamingContextId context);

/// "alice" becomes "alice\nCNF:<guid>"; an older mark is replaced, an overlong name is cut, never
/// the mark.
sites::Rdn conflict_name(const sites::Rdn& rdn, ObjectId id);

/// True if `rdn` is the conflict name of `id`.
bool is_conflict_name(const sites::Rdn& rdn, ObjectId id);

}  // namespace ringspan::replicator
