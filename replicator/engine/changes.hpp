#pragma once

// Changes: what was written in a naming context since somebody stopped reading, for other software
// (rule R33). Whoever reads is a destination without a replica: it stands at a watermark, and knows
// what a vector covers.
//
//     Reading reading;                                  // from the beginning
//     auto change = next_change(*snapshot, context, reading, me, audience, now);
//     change->next                                      // where to go on: here, or elsewhere

#include <optional>

#include "replicator/engine/answer.hpp"

namespace ringspan::replicator {

/// Where a reader stands in one naming context.
struct Reading {
  HighWatermark after;
  UpToDatenessVector known;
  Selection selection;  ///< What all that it has read is meant of.
  base::Time time{};    ///< It has everything up to then; of one that has begun: when it did.
  friend bool operator==(const Reading&, const Reading&) = default;
};

enum class ChangeKind { added, changed, moved, deleted, undeleted };

/// One object that was written, or one link value.
struct ReportedChange {
  ChangeKind kind = ChangeKind::changed;
  ObjectId object;
  std::vector<AttributeChange> attributes;
  std::optional<LinkChange> link;
  bool placed = false;  ///< It came, went, or bears another name or stands elsewhere.
  Reading next;
};

/// The next change after `reading`; nullopt: there is none, and `reading` is now at this snapshot's
/// end. Never one that the vector covers. A change of a renamed or moved object is of kind moved.
std::optional<ReportedChange> next_change(const Snapshot& snapshot, NamingContextId context,
                                          Reading& reading, const Identity& me,
                                          const Audience& audience, base::Time now);

/// Where a reader stands who has read all that is here.
Reading reading_now(const Snapshot& snapshot, NamingContextId context, const Identity& me,
                    const Audience& audience, base::Time now);

}  // namespace ringspan::replicator
