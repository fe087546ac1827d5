#pragma once

// UpToDatenessVector and HighWatermark: the two filters of replication (active-directory B3).
//
// The watermark is a position in one source's own USN order: which objects must the source look at?
// The vector is knowledge about originators: which writes need not be sent?
//
//     if (!known.covers(attribute.stamp)) page.send(attribute);     // propagation dampening
//
// The watermark moves after every applied page, the vector only at the end of a cycle (rule R9).

#include <map>

#include "replicator/engine/stamp.hpp"

namespace ringspan::replicator {

/// "I hold every write of this originator up to `usn`"; `time` is when the originator last said so.
/// A replica that writes nothing has one of `usn` 0, for what it says of itself.
struct Cursor {
  Usn usn;
  base::Time time{};
  base::Time horizon{};     ///< Up to then the originator holds everything of every member.
  ControllerId controller;  ///< Whose it is; nil while it has said no horizon (horizon.hpp).
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

class UpToDatenessVector {
 public:
  bool covers(const Stamp& stamp) const;

  /// True if everything that `other` covers is covered here too.
  bool covers(const UpToDatenessVector& other) const;

  /// Of each originator the greatest USN, and the greatest time at which it was said: an idle
  /// originator's time advances, and one whose clock was put right is taken at its later word.
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
  friend bool operator==(const HighWatermark&, const HighWatermark&) = default;
};

}  // namespace ringspan::replicator
