#pragma once

// SettleLinks: what is wrong with links once a cycle is over (rules R17, R18).
//
//   two values of a single-valued attribute   the later one stays, the others are removed
//   one end was deleted, and whoever deleted  the link is lost to the deletion and journaled
//   it had not seen the link
//
// A link whose end is deleted is not removed: it is out of sight, and back with the recycle bin.

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

/// Judges every object of the context whose links are unsettled. Called when a cycle has ended and
/// no other is half-way, after its vector was merged.
void settle_links(Writer& writer, NamingContextId context);

/// What a link's value looks like in the journal and on the outside: "<GUID=...>".
std::string value_of(ObjectId target);
std::optional<ObjectId> target_of(std::string_view value);

}  // namespace ringspan::replicator
