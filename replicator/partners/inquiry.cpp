#include "replicator/partners/inquiry.hpp"

#include <set>

namespace ringspan::replicator::partners {

std::optional<sites::ControllerId> Inquiry::next(const sites::Forest& joined,
                                                 sites::ControllerId me, base::Time now) {
  if (asked_ && now - *asked_ < kRest) return std::nullopt;
  std::set<sites::ControllerId> others;
  for (const sites::Controller& controller : joined.controllers) {
    if (!controller.read_only && controller.id != me) others.insert(controller.id);
  }
  if (others.empty()) return std::nullopt;
  const auto after = last_ ? others.upper_bound(*last_) : others.begin();
  last_ = after == others.end() ? *others.begin() : *after;
  asked_ = now;
  return last_;
}

}  // namespace ringspan::replicator::partners
