#pragma once

// Lingering: living objects that another replica once had and has no more, since it collected them
// (docs/replication.md, R29). By rule there are none; disks are put back all the same.
//
//     reference: what it holds, and its vector, of one snapshot
//     ours:      alive here, not there, and the reference's vector covers some write of it
//
// What the reference has merely not received yet is none: its vector covers no write of it.

#include <cstdint>
#include <map>
#include <set>

#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// What a reference replica has of a naming context, deleted objects too.
struct Reference {
  UpToDatenessVector vector;
  std::set<ObjectId> objects;
};

struct LingeringObjects {
  std::uint64_t examined = 0;       ///< Living objects here.
  std::uint64_t not_there_yet = 0;  ///< That the reference has yet to receive.
  std::map<ObjectId, Usn> objects;  ///< That linger, and when they were touched here last.
};

LingeringObjects find_lingering(const Snapshot& snapshot, NamingContextId context,
                                const Reference& reference);

}  // namespace ringspan::replicator
