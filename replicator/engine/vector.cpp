#include "replicator/engine/vector.hpp"

#include <algorithm>

namespace ringspan::replicator {

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
  Cursor& ours = cursors_[originator];
  if (ours.usn < cursor.usn) {
    ours.time = cursor.time;
  } else if (ours.usn == cursor.usn) {
    ours.time = std::max(ours.time, cursor.time);
  }
  ours.usn = std::max(ours.usn, cursor.usn);
  ours.horizon = std::max(ours.horizon, cursor.horizon);
  ours.controller = std::max(ours.controller, cursor.controller);
}

}  // namespace ringspan::replicator
