#pragma once

// Awaited: what is judged once a vector covers a write (rules R12, R17, R18) waits for that. What
// lies above a cut (rule R25) is covered by no vector, ever: nobody waits for it.

#include "replicator/engine/vector.hpp"

namespace ringspan::replicator {

/// Whether the vector does not cover the write yet, and one day will.
inline bool is_awaited(const UpToDatenessVector& known, const Stamp& stamp) {
  const auto at = known.cursors().find(stamp.originator);
  if (at == known.cursors().end()) return true;
  return stamp.usn > at->second.usn && !at->second.cut;
}

}  // namespace ringspan::replicator
