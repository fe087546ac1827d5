#pragma once

// EtcdFence: the fence as keys of etcd. Below /ringspan/FOREST/ there are
//
//   owner/ROLE/SCOPE     value {"invocation", "name"}, with the owner's lease; its create revision
//                        is the ownership's
//   pledge/ROLE/SCOPE    value {"to", "who", ...}, with a lease of its own
//   next/ROLE/SCOPE      value {"next", "begun"}, which no lease ends: the counter of identifiers
//
// Each step is one transaction, so that nobody comes between its conditions and what it does.

#include <string>
#include <vector>

#include "replicator/net/etcd.hpp"
#include "replicator/partners/fence.hpp"

namespace ringspan::replicator::net {

class EtcdFence final : public partners::Fence {
 public:
  struct Us {
    sites::ForestId forest;
    InvocationId invocation;
    std::string name;  ///< For people who look into etcd.
  };

  EtcdFence(Us us, std::vector<std::string> endpoints, TlsContext context);

  base::Result<partners::LeaseId> grant(base::Duration lasts) override;
  base::Result<bool> renew(partners::LeaseId lease) override;
  base::Result<Seen> look() override;
  base::Result<std::optional<Revision>> claim(
      const RoleId& role, partners::LeaseId lease,
      const std::optional<partners::Pledge>& pledged) override;
  base::Result<bool> confirm(const Leases& leases) override;
  base::Result<bool> give_up(const RoleId& role, Revision revision,
                             const std::optional<partners::Pledge>& pledge) override;
  base::Result<std::optional<Counter>> counter(const RoleId& role) override;
  base::Result<bool> advance(const RoleId& role, Revision revision,
                             const std::optional<Counter>& seen, const Counter& next) override;

  const std::string& endpoint() const { return etcd_.endpoint(); }

 private:
  std::string key(const char* kind, const RoleId& role) const;

  Us us_;
  std::string prefix_;
  EtcdClient etcd_;
};

}  // namespace ringspan::replicator::net
