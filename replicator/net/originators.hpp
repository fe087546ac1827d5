#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "replicator/engine/store.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::net {

/// Originators: which controller wrote, for people who do not think in invocation ids. Learnt from
/// greetings, from our sources and from other controllers' status. Any thread.
class Originators {
 public:
  explicit Originators(const sites::Forest& forest) { use_names(forest); }

  /// From now on these; names of controllers and naming contexts that are gone are kept.
  void use_names(const sites::Forest& forest);

  void learn(InvocationId invocation, ControllerId controller);
  void learn_sources(const Snapshot& snapshot);

  /// "oslo-1", or the invocation id where it is not known whose it is.
  std::string name_of(InvocationId invocation) const;

  /// "oslo-1", also after it has left the forest, or the id where the name was never heard.
  std::string name_of(ControllerId controller) const;

  /// Has this controller ever been heard of?
  bool knows(ControllerId controller) const;

 private:
  void learn_lives(InvocationId invocation, ControllerId controller, NamingContextId context);

  mutable std::mutex mutex_;
  std::map<ControllerId, std::string> names_;
  std::set<NamingContextId> applications_;
  std::map<InvocationId, ControllerId> known_;
  std::map<InvocationId, ControllerId> later_lives_;
};

}  // namespace ringspan::replicator::net
