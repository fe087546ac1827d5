#include "replicator/net/standbys.hpp"

namespace ringspan::replicator::net {

void Standbys::note(const std::vector<Switch>& switches, base::Time now) {
  const std::lock_guard lock(mutex_);
  for (const Switch& one : switches) {
    StandbyState& state = states_[{one.source, one.naming_context}];
    state.awake = one.awake;
    state.since = now;
    state.failing = one.failing;
    state.told_by = one.told_by;
    ++state.switches;
  }
}

StandbyState Standbys::state(ControllerId source, NamingContextId context) const {
  const std::lock_guard lock(mutex_);
  const auto found = states_.find({source, context});
  return found == states_.end() ? StandbyState{} : found->second;
}

}  // namespace ringspan::replicator::net
