#pragma once

#include <vector>

#include "replicator/engine/selection.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// Every object of the context that a snapshot holds, deleted ones too, in the order of ids,
/// without what is local by rule (USN, what was seen beside, whether its place is settled): equal
/// on equal replicas (rule R1). Only the attributes of `selection`: two replicas of different kinds
/// are equal in what both hold.
std::vector<Object> canonical_objects(const Snapshot& snapshot, NamingContextId context,
                                      const Selection& selection = {});

/// Every link of the context between living objects, removed ones too, in the order of ids,
/// likewise. A target of another context counts as living, whether that is held here or not.
std::vector<Link> canonical_links(const Snapshot& snapshot, NamingContextId context,
                                  const Selection& selection = {});

}  // namespace ringspan::replicator
