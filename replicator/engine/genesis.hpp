#pragma once

#include "base/result.hpp"
#include "replicator/engine/identity.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/writer.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator {

/// The contexts of `forest` that `controller` holds, its own domain as home.
base::Result<NamingContextHeads> contexts_of(const sites::Forest& forest,
                                             const sites::Controller& controller);

/// What every naming context begins with: its head and cn=LostAndFound, under ids that follow from
/// its own, and in a domain ou=people and ou=groups. Gives the head.
ObjectId create_context(Writer& writer, GuidSource& guids, const NamingContextHead& head);

/// The first objects of an empty forest, written by its first controller and replicated to all
/// others: those of each naming context that it holds, the first definitions in the schema
/// (define.hpp), and who founded it (ownership.hpp). One transaction; the store must be empty.
void create_genesis(Store& store, GuidSource& guids, const Identity& identity, base::Time now);

}  // namespace ringspan::replicator
