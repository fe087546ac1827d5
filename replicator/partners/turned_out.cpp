#include "replicator/partners/turned_out.hpp"

#include <algorithm>

namespace ringspan::replicator::partners {

bool TurnedOut::refused(sites::ControllerId member, base::Time now) {
  const bool before = holds(now);
  const auto [entry, fresh] = by_.try_emplace(member, Refusals{now, now});
  if (now - entry->second.last >= kRemembered) entry->second.first = now;
  entry->second.last = now;
  return !before && holds(now);
}

void TurnedOut::keep(const std::set<sites::ControllerId>& members) {
  std::erase_if(by_, [&](const auto& entry) { return !members.contains(entry.first); });
}

void TurnedOut::answered(sites::ControllerId member) {
  by_.erase(member);
}

bool TurnedOut::holds(base::Time now) const {
  return std::ranges::any_of(by_, [now](const auto& entry) {
    const Refusals& refusals = entry.second;
    return refusals.last - refusals.first >= kCertain && now - refusals.last < kRemembered;
  });
}

}  // namespace ringspan::replicator::partners
