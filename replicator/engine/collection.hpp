#pragma once

// Collection: what is dead goes for good, a little at a time (rule R26).
//
//     collection.want(domain, until);            // what died by then
//     while (!collection.idle()) collection.go_on(store);
//
// It is local: nobody is told, since everybody does the same by himself. A deleted object goes with
// the links from it and to it in its naming context; a removed link goes alone. What still has
// something living below it, or waits to be settled, stays for the next time.

#include <map>
#include <set>
#include <vector>

#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

struct Collected {
  std::uint64_t objects = 0;
  std::uint64_t links = 0;
};

class Collection {
 public:
  /// From now on all of the context that died at `until` or before. Nothing is looked at if all
  /// that stayed at the last look is younger; a deletion that comes late is found within half a
  /// day.
  void want(NamingContextId context, base::Time until, base::Time now);

  /// One slice of it.
  Collected go_on(Transaction& store);

  bool idle() const { return rounds_.empty(); }

 private:
  struct Round {
    NamingContextId context;
    base::Time until{};
    base::Time began{};
    Usn after;                              // looked at up to here
    base::Time oldest = base::Time::max();  // of those that stay
  };
  struct Looked {
    base::Time at{};
    base::Time oldest{};  // of those that stayed or died since
  };
  std::vector<Round> rounds_;
  std::map<NamingContextId, Looked> looked_;
};

/// Keeps nothing of these objects, nor of the links from and to them in the context; how many went.
/// What has something living below it that does not go stays.
std::uint64_t expunge(Transaction& store, NamingContextId context, std::set<ObjectId> objects);

/// What died up to then may have been collected here; the epoch: nothing was.
base::Time collected_until(const Snapshot& snapshot, NamingContextId context);

/// When the object of a deleted row died, by the stamp of its deletion.
base::Time died_at(const Row& row);

}  // namespace ringspan::replicator
