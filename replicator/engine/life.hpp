#pragma once

// Life: from one start of a controller to the next. Its marks (rule R25) bear one upper half of
// their word, and one start: where the counter stood when the life began. So whoever holds any mark
// of a later life knows how far the earlier ones can have come, however many marks have passed
// since.

#include "replicator/engine/vector.hpp"

namespace ringspan::replicator {

inline bool of_one_life(const Mark& one, const Mark& other) {
  return one.word >> 16U == other.word >> 16U;
}

}  // namespace ringspan::replicator
