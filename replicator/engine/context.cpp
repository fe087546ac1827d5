#include "replicator/engine/context.hpp"

#include <algorithm>

namespace ringspan::replicator {

bool Context::covers(const Stamp& stamp) const {
  return std::ranges::any_of(seen_, [&](const auto& entry) {
    return entry.first == stamp.originator && entry.second >= stamp.usn;
  });
}

void Context::note(const Stamp& stamp) {
  note(stamp.originator, stamp.usn);
}

void Context::merge(const Context& other) {
  for (const auto& [originator, usn] : other.seen_)
    note(originator, usn);
}

Context Context::of(const std::vector<std::pair<InvocationId, Usn>>& entries) {
  Context context;
  for (const auto& [originator, usn] : entries)
    context.note(originator, usn);
  return context;
}

void Context::note(InvocationId originator, Usn usn) {
  const auto at =
      std::ranges::lower_bound(seen_, originator, {}, &std::pair<InvocationId, Usn>::first);
  if (at != seen_.end() && at->first == originator) {
    at->second = std::max(at->second, usn);
  } else {
    seen_.insert(at, {originator, usn});
  }
}

}  // namespace ringspan::replicator
