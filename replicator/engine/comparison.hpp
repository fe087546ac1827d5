#pragma once

// Comparison: in what two replicas differ in some objects, and how that arose (rule R30).
//
//     Part a = part_of(*snapshot, context, ids, identity, selection, now);   // at one
//     Part b = ...                                                           // at the other
//     for (const Difference& one : compare(a, b, now - tombstone_lifetime)) ...
//
// A part is read from one snapshot together with the vector of that snapshot. Which of two stamps
// is the greater one says which side lacks something; whether its vector covers that write says
// whether it is still to come or was lost.

#include <set>
#include <span>
#include <string>
#include <vector>

#include "replicator/engine/identity.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// All that a replica holds of some objects, as a page of a pull without watermark and vector; its
/// vector is that of the snapshot.
struct Part {
  Page page;
  std::set<LinkId> hidden;  ///< Links in it of which an end is deleted here: they do not count.
  std::size_t looked = 0;   ///< So many of the objects asked for were looked at.
  friend bool operator==(const Part&, const Part&) = default;
};

/// `part` of the first `count` of `objects` alone.
Part first_of(Part part, std::span<const ObjectId> objects, std::size_t count);

/// Objects that are not here are left out. Ends before the object that passes `most_bytes`; the
/// first one is always there. `me` is this replica.
Part part_of(const Snapshot& snapshot, NamingContextId context, std::span<const ObjectId> objects,
             const Identity& me, const Selection& selection, base::Time now,
             std::size_t most_bytes = std::size_t{4} << 20U);

/// What one replica holds of an attribute, or of one link value.
struct Held {
  std::vector<std::string> values;  ///< None of a link.
  bool present = true;              ///< Of a link: it was not removed.
  base::Time created{};             ///< Of a link.
  Stamp stamp;
  Context context;
  friend bool operator==(const Held&, const Held&) = default;
};

enum class Verdict {
  coming,      ///< One side's vector does not cover the other's write: it will come.
  lost,        ///< It covers it, and does not hold it: the replicas diverge.
  two_values,  ///< One write, and not the same on both sides: they diverge for good.
};

struct Difference {
  ObjectId object;
  std::string attribute;
  std::optional<ObjectId> target;  ///< Of a link value.
  std::optional<Held> a;
  std::optional<Held> b;
  Verdict verdict = Verdict::coming;
  bool a_lacks = false;  ///< Otherwise b does; without meaning for two_values.

  bool diverges() const { return verdict != Verdict::coming; }
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// In the order of object, attribute, target. What has no value any more, was written before
/// `collected` and is not on the other side at all, has been collected there: no difference.
std::vector<Difference> compare(const Part& a, const Part& b, base::Time collected);

}  // namespace ringspan::replicator
