#pragma once

#include "base/result.hpp"
#include "replicator/engine/identity.hpp"
#include "replicator/engine/write.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

/// Carries out an originating write, or says why not (rule R2). Constraints are checked here and
/// nowhere else: attribute names and sizes, the parent lives, the name is free, no object below
/// itself, no deletion with children, nothing on a read-only replica. A refused write may have left
/// traces in the transaction; the caller undoes to its mark.
base::Result<Written> originate(Writer& writer, GuidSource& guids, const Write& write);

/// Removes what of the object is void (fence.hpp), by writes that go everywhere; its values are
/// journaled. Only the owner of `role` may; nothing to do, nothing done.
void bury_void(Writer& writer, const RoleId& role, ObjectId id);

/// A name that `set` and `add` accept: a letter, then letters, digits and '-', at most 64; returned
/// in lower case. "name" and "isdeleted" have their own commands.
base::Result<std::string> attribute_name(std::string_view text);

}  // namespace ringspan::replicator
