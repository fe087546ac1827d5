#pragma once

#include <map>
#include <set>

#include "base/time.hpp"
#include "sites/ids.hpp"

namespace ringspan::replicator::partners {

/// What members that no longer know us tell us. A controller that was removed hears of it from
/// nobody, since nobody answers it; if it went on to answer those who pull only from it, they would
/// not hear of it either. So it falls silent, and they look elsewhere.
class TurnedOut {
 public:
  /// Longer than a member that has just joined is a stranger to those who have not heard of it.
  static constexpr base::Duration kCertain{std::chrono::seconds(10)};
  /// Longer than a way round that led nowhere is avoided (Takeover::kAvoided).
  static constexpr base::Duration kRemembered{std::chrono::hours(2)};

  /// `member` says that we are none. True if with this holds() begins to.
  bool refused(sites::ControllerId member, base::Time now);
  /// `member` has answered us as one.
  void answered(sites::ControllerId member);

  /// Only these are members as far as we know; what others said does not count.
  void keep(const std::set<sites::ControllerId>& members);

  /// True if some member has kept saying so for kCertain, last within kRemembered.
  bool holds(base::Time now) const;

 private:
  struct Refusals {
    base::Time first{};
    base::Time last{};
  };
  std::map<sites::ControllerId, Refusals> by_;
};

}  // namespace ringspan::replicator::partners
