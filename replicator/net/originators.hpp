#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "replicator/engine/store.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::net {

/// Originators: which controller wrote, for people who do not think in invocation ids. Learnt from
/// greetings, from our sources and from other controllers' status. Any thread.
class Originators {
 public:
  explicit Originators(const sites::Forest& forest) : forest_(forest) {}

  void learn(InvocationId invocation, ControllerId controller);
  void learn_sources(const Snapshot& snapshot);

  /// "oslo-1", or the invocation id where it is not known whose it is.
  std::string name_of(InvocationId invocation) const;

  /// Has this controller ever been heard of?
  bool knows(ControllerId controller) const;

 private:
  const sites::Forest& forest_;
  mutable std::mutex mutex_;
  std::map<InvocationId, ControllerId> known_;
};

}  // namespace ringspan::replicator::net
