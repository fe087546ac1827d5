#pragma once

// Fence: an arbiter outside of the forest that gives each role to one controller at a time, for as
// long as that one renews its lease (docs/roles.md, rule F1). replicator/net asks etcd; the
// simulator has one of its own.
//
// Every call may fail with Errc::unavailable: then nobody knows whether it took effect.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/engine/ownership.hpp"

namespace ringspan::replicator::partners {

/// One controller's lease, for all its roles; 0 is none.
using LeaseId = base::Strong<struct LeaseIdTag, std::int64_t>;

/// An owner has given the role up in favour of another, which alone may claim it for a while.
struct Pledge {
  InvocationId to;
  std::string who;
  std::string why;
  std::string request;
  std::optional<Handover> handover;  ///< What the giver held of the role's scope.
  friend bool operator==(const Pledge&, const Pledge&) = default;
};

class Fence {
 public:
  struct Held {
    Revision revision;  ///< Of this ownership: greater than of any before it.
    InvocationId owner;
    LeaseId lease;
  };
  struct Seen {
    std::map<RoleId, Held> held;
    std::map<RoleId, Pledge> pledged;
  };

  /// Numbers below `next` were given to somebody; each moves it on for ever.
  struct Counter {
    std::uint64_t next = 0;
    Revision begun;             ///< The ownership under which it was begun.
    std::uint64_t changed = 0;  ///< Another with each change of it; the fence's own.
    friend bool operator==(const Counter&, const Counter&) = default;
  };

  Fence() = default;
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;
  virtual ~Fence() = default;

  virtual base::Result<LeaseId> grant(base::Duration lasts) = 0;

  /// False: there is no such lease any more.
  virtual base::Result<bool> renew(LeaseId lease) = 0;

  virtual base::Result<Seen> look() = 0;

  /// Nobody has the role, and it is pledged to nobody else: ours from now on. nullopt: somebody
  /// came first.
  virtual base::Result<std::optional<Revision>> claim(const RoleId& role, LeaseId lease,
                                                      const std::optional<Pledge>& pledged) = 0;

  /// Are all these ownerships still in force?
  virtual base::Result<bool> confirm(const Leases& leases) = 0;

  /// Ends an ownership, and pledges the role to another if one is named. False: it had ended.
  virtual base::Result<bool> give_up(const RoleId& role, Revision revision,
                                     const std::optional<Pledge>& pledge) = 0;

  /// Of a role (rule F9); nullopt: it has none.
  virtual base::Result<std::optional<Counter>> counter(const RoleId& role) = 0;

  /// In one step: while the ownership is in force, and the counter what was seen, it is `next` from
  /// now on. False: one of the two is not so.
  virtual base::Result<bool> advance(const RoleId& role, Revision revision,
                                     const std::optional<Counter>& seen, const Counter& next) = 0;
};

}  // namespace ringspan::replicator::partners
