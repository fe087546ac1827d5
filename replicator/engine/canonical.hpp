#pragma once

#include <vector>

#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// Every object of the context that a snapshot holds, deleted ones too, in the order of ids,
/// without what is local by rule (USN, what was seen beside, whether its place is settled): equal
/// on equal replicas (rule R1).
std::vector<Object> canonical_objects(const Snapshot& snapshot, NamingContextId context);

}  // namespace ringspan::replicator
