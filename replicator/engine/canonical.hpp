#pragma once

#include <functional>
#include <vector>

#include "replicator/engine/selection.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// Visits in one pass over the store, in no order that is equal elsewhere, what the two below hold.
void visit_canonical(const Snapshot& snapshot, NamingContextId context, const Selection& selection,
                     const std::function<void(Object&&)>& object,
                     const std::function<void(Link&&)>& link);

/// Both ends of the link live, as far as is known here.
bool ends_live(const Snapshot& snapshot, const Link& link);

/// An object without what is local by rule, and without what is not selected; a link likewise.
Object canonical(Object object, const Selection& selection);
Link canonical(Link link);

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
