#include "replicator/engine/vector.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "replicator/engine/life.hpp"

namespace ringspan::replicator {
namespace {

/// When the originator last said so: one whose clock was put right is taken at its later word.
base::Time last_word(const Cursor& one, const Cursor& other) {
  if (one.usn == other.usn) return std::max(one.time, other.time);
  return one.usn < other.usn ? other.time : one.time;
}

Cursor joined(const Cursor& one, const Cursor& other) {
  Cursor both{.usn = std::max(one.usn, other.usn),
              .time = last_word(one, other),
              .horizon = std::max(one.horizon, other.horizon),
              .controller = std::max(one.controller, other.controller)};
  if (one.cut || other.cut) {
    both.usn = !other.cut ? one.usn : !one.cut ? other.usn : std::min(one.usn, other.usn);
    both.cut = true;
    return both;
  }
  if (forked(one, other)) {
    const auto age = [](const Cursor& cursor) {
      return std::tuple(cursor.time, cursor.mark.ordinal, cursor.mark.word);
    };
    return age(other) < age(one) ? other : one;
  }
  const auto rank = [](const Cursor& cursor) { return std::pair(cursor.usn, cursor.mark.ordinal); };
  both.mark = rank(one) < rank(other) ? other.mark : one.mark;
  return both;
}

}  // namespace

bool forked(const Cursor& one, const Cursor& other) {
  const auto& [low, high] =
      one.mark.ordinal <= other.mark.ordinal ? std::tie(one, other) : std::tie(other, one);
  if (low.mark.ordinal == 0) return false;
  if (low.mark.ordinal == high.mark.ordinal) return low.mark != high.mark;
  return !of_one_life(low.mark, high.mark) && low.usn > high.mark.start;
}

bool UpToDatenessVector::covers(const Stamp& stamp) const {
  const auto at = cursors_.find(stamp.originator);
  return at != cursors_.end() && at->second.usn >= stamp.usn;
}

bool UpToDatenessVector::covers(const UpToDatenessVector& other) const {
  return std::ranges::all_of(other.cursors_, [&](const auto& entry) {
    if (entry.second.usn == Usn{}) return true;  // it wrote nothing
    const auto at = cursors_.find(entry.first);
    return at != cursors_.end() && at->second.usn >= entry.second.usn;
  });
}

void UpToDatenessVector::merge(const UpToDatenessVector& other) {
  for (const auto& [originator, cursor] : other.cursors_)
    merge(originator, cursor);
}

void UpToDatenessVector::merge(InvocationId originator, const Cursor& cursor) {
  const auto [at, fresh] = cursors_.emplace(originator, cursor);
  if (!fresh) at->second = joined(at->second, cursor);
}

}  // namespace ringspan::replicator
