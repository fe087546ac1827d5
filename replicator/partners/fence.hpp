#pragma once

// Fence: an arbiter outside of the forest that gives each role to one controller at a time, for as
// long as that one renews its lease (docs/roles.md, rule F1). replicator/net asks etcd; the
// simulator has one of its own.
//
// Every call may fail with Errc::unavailable: then nobody knows whether it took effect.

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
};

}  // namespace ringspan::replicator::partners
