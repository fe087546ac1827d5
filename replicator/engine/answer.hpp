#pragma once

#include "replicator/engine/audience.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// The page that answers `request`: a pure function of one snapshot (rules R8 to R11), so it may
/// run beside the engine on any thread. Objects, end watermark and vector are of this one snapshot;
/// the page is the last of its cycle exactly when the snapshot holds no candidate above its end.
/// Nothing is in it that the schema of this snapshot keeps from `destination` (rule R20). `me` is
/// this replica, `now` the time that its own cursor bears.
Page answer(const Snapshot& snapshot, const GetChanges& request, const Identity& me,
            const Audience& destination, base::Time now);

/// What `destination` at `after` with `known` lacks here: how far it is behind.
struct Lag {
  std::uint64_t objects = 0;  ///< With an attribute or a link that it lacks.
  std::uint64_t values = 0;
  base::Time oldest{};  ///< When the oldest of these values was written; zero when there is none.
  friend bool operator==(const Lag&, const Lag&) = default;
};
Lag lag(const Snapshot& snapshot, NamingContextId context, const HighWatermark& after,
        const UpToDatenessVector& known, const Identity& me, const Audience& destination);

/// The vector of a context as of this snapshot, the database's own cursor included.
UpToDatenessVector vector_of(const Snapshot& snapshot, NamingContextId context, InvocationId me,
                             base::Time now);

}  // namespace ringspan::replicator
