#pragma once

// InForce: the forest as it now stands, its members and its plan, replaced as a whole when the
// configuration naming context changes.

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "kcc/topology.hpp"
#include "replicator/configuration/pause.hpp"
#include "replicator/engine/naming_context.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::net {

struct InForce {
  sites::Forest forest;
  sites::Forest joined;  ///< The part of it that the plan is made for.
  kcc::Topology plan;
  /// SHA-256 of each member's public key, hex. Who is not in it has not joined.
  std::map<sites::ControllerId, std::string> keys;
  configuration::PausesByController pauses;
  NamingContextHeads contexts;  ///< What this controller holds, whole or being filled.
  /// False at a controller that has just joined: what the inviting one sent along, until the
  /// configuration has come by replication; keys are not known then.
  bool from_directory = false;

  bool holds(NamingContextId context) const {
    return std::ranges::any_of(contexts, [&](const auto& head) { return head.id == context; });
  }

  /// Of who is not paused there is nothing in it.
  configuration::Pauses pauses_of(sites::ControllerId controller) const {
    const auto found = pauses.find(controller);
    return found == pauses.end() ? configuration::Pauses{} : found->second;
  }
};
using InForcePtr = std::shared_ptr<const InForce>;

/// Any thread; whoever has taken one keeps it for as long as it likes.
class InForceHolder {
 public:
  explicit InForceHolder(InForcePtr first) : now_(std::move(first)) {}

  InForcePtr get() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void set(InForcePtr next) {
    const std::lock_guard lock(mutex_);
    now_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  InForcePtr now_;
};

}  // namespace ringspan::replicator::net
