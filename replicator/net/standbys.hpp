#pragma once

// Standbys: which of our standby connections carry values now, for status and log.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "replicator/engine/takeover.hpp"

namespace ringspan::replicator::net {

/// What is known of one standby in one naming context since this controller started.
struct StandbyState {
  bool awake = false;
  base::Time since{};                   ///< Of the last switch; zero: there was none.
  std::optional<ControllerId> failing;  ///< The primary source that woke it, if one did.
  std::optional<ControllerId> told_by;  ///< Else who told of a loss elsewhere in the site.
  std::uint64_t switches = 0;           ///< Times that it woke or went to sleep.
};

/// Any thread.
class Standbys {
 public:
  void note(const std::vector<Switch>& switches, base::Time now);
  StandbyState state(ControllerId source, NamingContextId context) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<ControllerId, NamingContextId>, StandbyState> states_;
};

}  // namespace ringspan::replicator::net
