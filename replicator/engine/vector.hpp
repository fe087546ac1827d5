#pragma once

// UpToDatenessVector and HighWatermark: the two filters of replication (active-directory B3).
//
// The watermark is a position in one source's own USN order: which objects must the source look at?
// The vector is knowledge about originators: which writes need not be sent?
//
//     if (!known.covers(attribute.stamp)) page.send(attribute);     // propagation dampening
//
// The watermark moves after every applied page, the vector only at the end of a cycle (rule R9).

#include <cstdint>
#include <map>

#include "replicator/engine/stamp.hpp"

namespace ringspan::replicator {

/// What an originator gives out with its own cursors: a random word that it has recorded before, by
/// which it knows them again (rule R25). Marks follow each other in its counter.
struct Mark {
  std::uint32_t ordinal = 0;  ///< 0: none.
  std::uint32_t word = 0;
  Usn start;  ///< Where its counter stood when the life began that the mark is of (life.hpp).
  friend bool operator==(const Mark&, const Mark&) = default;
};

/// "I hold every write of this originator up to `usn`"; `time` is when the originator last said so.
/// A replica that writes nothing has one of `usn` 0, for what it says of itself.
struct Cursor {
  Usn usn;
  base::Time time{};
  base::Time horizon{};       ///< Up to then the originator holds everything of every member.
  ControllerId controller{};  ///< Whose it is; nil while it has said no horizon (horizon.hpp).
  Mark mark = {};             ///< The originator's, when it said so.
  /// What it wrote above `usn` may be numbered twice, and is covered by no vector (rule R25).
  bool cut = false;
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// Whether these two of one originator cannot both be of one history of it.
bool forked(const Cursor& one, const Cursor& other);

class UpToDatenessVector {
 public:
  bool covers(const Stamp& stamp) const;

  /// True if everything that `other` covers is covered here too.
  bool covers(const UpToDatenessVector& other) const;

  /// Of each originator the greatest USN, and the greatest time at which it was said: an idle
  /// originator's time advances, and one whose clock was put right is taken at its later word.
  /// A cut stays. Of two that are forked the older counts, which the originator will not know.
  void merge(const UpToDatenessVector& other);
  void merge(InvocationId originator, const Cursor& cursor);

  const std::map<InvocationId, Cursor>& cursors() const { return cursors_; }

  friend bool operator==(const UpToDatenessVector&, const UpToDatenessVector&) = default;

 private:
  std::map<InvocationId, Cursor> cursors_;
};

/// A place in the USN order of one source database; means nothing once the source has another
/// invocation id.
struct HighWatermark {
  InvocationId source;
  Usn usn;      ///< Objects last written up to here have been looked at.
  Usn settled;  ///< `usn` at the end of the last whole cycle: values that came to the source up to
                ///< here are held, even where the source's vector cannot say so yet.
  Mark mark = {};  ///< The source's, when it led us here.
  friend bool operator==(const HighWatermark&, const HighWatermark&) = default;
};

}  // namespace ringspan::replicator
