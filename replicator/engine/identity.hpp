#pragma once

#include "base/time.hpp"
#include "replicator/engine/ids.hpp"
#include "replicator/engine/naming_context.hpp"

namespace ringspan::replicator {

/// What the forest's policy wants of a replica; may change while it runs (PolicyChanged).
struct ReplicaPolicy {
  bool recycle_bin = false;  ///< What is deleted comes back whole.
  bool retiring = false;  ///< It leaves the forest: it gives roles away, and writes nothing else.
  bool promoted = false;  ///< A read-only one is to take writes, once it holds what those hold.
  bool expired = false;   ///< It was away too long: it writes nothing, and joins anew (rule R28).
  base::Duration tombstone_lifetime = std::chrono::days(180);  ///< What is deleted is kept so long.
  friend bool operator==(const ReplicaPolicy&, const ReplicaPolicy&) = default;
};

/// Who a replica is; but for contexts (ContextsChanged), policy and a promotion
/// (Effects::writes_as) and a rollback (Effects::quarantined, Effects::recovery) fixed for the life
/// of an Engine.
struct Identity {
  ControllerId controller;
  InvocationId invocation;
  bool read_only = false;  ///< Refuses originating writes, and settles no clash by itself.
  NamingContextHeads contexts;
  ReplicaPolicy policy = {};
  bool quarantined = false;  ///< It writes nothing, takes nothing and gives nothing (rule R25).

  /// Of this context only the attributes of the partial set are here.
  bool holds_in_part(NamingContextId context) const;

  /// May this replica write in the context of its own accord?
  bool may_write(NamingContextId context) const {
    return !read_only && !quarantined && !policy.retiring && !policy.expired &&
           !holds_in_part(context);
  }
};

/// Where new object ids come from.
class GuidSource {
 public:
  GuidSource() = default;
  GuidSource(const GuidSource&) = delete;
  GuidSource& operator=(const GuidSource&) = delete;
  virtual ~GuidSource() = default;
  virtual base::Guid next() = 0;
};

}  // namespace ringspan::replicator
