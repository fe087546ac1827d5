#pragma once

// Horizon: up to when a replica holds everything that any member wrote, and so up to when all of
// them do (docs/replication.md, R26).
//
//   my cursor of b1: time 14:02        I hold all that b1 wrote before 14:02
//   my horizon: the least of these     I hold all that anybody wrote before it
//   b1's cursor, horizon 13:10         b1 says the same of itself
//   the forest's horizon: the least    everybody holds all that anybody wrote before it
//
// A horizon is told five minutes after it was found true: whoever hears it has then heard, too,
// whom its teller had let in by then (rule R26). Who writes nothing, a read-only or a partial
// replica, stands in the vectors with a cursor of USN 0, which its source takes from its requests.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "replicator/engine/identity.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// How often horizons are looked at, and what may be collected is.
inline constexpr base::Duration kHorizonsEvery = std::chrono::minutes(5);

/// A member that is silent for longer is to be expired.
constexpr base::Duration silence_limit(base::Duration tombstone_lifetime) {
  return tombstone_lifetime * 3 / 2;
}

/// A replica of one naming context that counts: it is a member and not expired.
struct ReplicaMember {
  base::Time since{};  ///< What it said before is of a former life.
  bool writes = true;  ///< Has it writes of its own there?
  friend bool operator==(const ReplicaMember&, const ReplicaMember&) = default;
};
using ReplicaMembers = std::map<ControllerId, ReplicaMember>;

/// What this replica says of itself in a naming context; facts of the store.
struct OwnHorizon {
  ControllerId controller;
  base::Time told{};   ///< Goes out with its cursor.
  base::Time found{};  ///< Goes out next.
  base::Time when{};   ///< When it was found.
  friend bool operator==(const OwnHorizon&, const OwnHorizon&) = default;
};
OwnHorizon own_horizon(const Snapshot& snapshot, NamingContextId context);
void set_own_horizon(Transaction& store, NamingContextId context, const OwnHorizon& own);

/// The latest word of the member in its present life; nullptr: it has said nothing.
const Cursor* word_of(const UpToDatenessVector& vector, ControllerId controller,
                      const ReplicaMember& member);

/// When the member was last heard of in the context, by whatever way. Of one that never was: when
/// it became a member, or when this database began to listen for horizons.
base::Time heard_at(const Snapshot& snapshot, NamingContextId context, ControllerId controller,
                    const ReplicaMember& member);

/// Up to when the replica `me` with this vector holds everything of all members; at most `now`.
base::Time horizon_here(const UpToDatenessVector& vector, const ReplicaMembers& members,
                        ControllerId me, base::Time now);

/// What the members of one naming context have said of their horizons. A word counts only if the
/// configuration has come from its teller as it was five minutes before. Both come on ways of their
/// own, so that the latest word may never be the one that counts; the first that does not waits
/// until it does.
class Words {
 public:
  void hear(const UpToDatenessVector& vector, const UpToDatenessVector& configuration,
            const ReplicaMembers& members);

  /// Up to when all members hold everything: `mine`, and what they say.
  base::Time horizon_of_all(const ReplicaMembers& members, ControllerId me, base::Time mine) const;

 private:
  struct Waiting {
    base::Time told{};
    base::Time horizon{};
  };
  struct Word {
    base::Time since{};  // of the life that it is of
    base::Time counts{};
    std::optional<Waiting> waiting;
  };
  std::map<ControllerId, Word> words_;
};

/// `ours` with what it heard of those members that write nothing, from one of them who pulls here;
/// by steps of five minutes, so that it is written seldom.
UpToDatenessVector with_words_of_readers(UpToDatenessVector ours, const UpToDatenessVector& theirs,
                                         const ReplicaMembers& members, base::Time now);

/// `cursor` as it may be taken at `now`: nobody is heard of from the future.
Cursor not_ahead(Cursor cursor, base::Time now);

/// A clock for ages: it follows ours, but for a leap ahead that no other member's word bears out.
/// Kept in the store; `said` is the latest time that another member has named.
base::Time steady_time(const Snapshot& snapshot);
base::Time advance_steady_time(Transaction& store, base::Time said, base::Time now);

}  // namespace ringspan::replicator
