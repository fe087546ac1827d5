#pragma once

// Arbiter: what etcd is to a forest with a fence, in virtual time: keys, leases, and one count of
// revisions. WayToFence: one member's way to it, which may be cut, or lose a question or an answer.
//
//     Arbiter arbiter;
//     WayToFence way(arbiter, invocation, rng);
//     partners::LeaseKeeper keeper(way, invocation, turn);
//     arbiter.now += 1s;

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/rng.hpp"
#include "replicator/partners/fence.hpp"

namespace ringspan::replicator::simulator {

/// Its time is nobody else's. Whoever asks first has what is over removed.
struct Arbiter {
  base::Duration now{};
  std::uint64_t revision = 0;
  std::int64_t last_lease = 0;
  std::map<partners::LeaseId, std::pair<base::Duration, base::Duration>> leases;  ///< Length, end.
  std::map<RoleId, partners::Fence::Held> held;
  std::map<RoleId, std::pair<partners::Pledge, base::Duration>> pledged;  ///< With their ends.
  std::map<RoleId, partners::Fence::Counter> counters;

  void expire();
};

class WayToFence final : public partners::Fence {
 public:
  /// `arbiter` and `rng` must outlive it.
  WayToFence(Arbiter& arbiter, InvocationId me, base::Rng& rng)
      : arbiter_(arbiter), me_(me), rng_(rng) {}

  std::uint64_t lost_of_ten = 0;  ///< Of ten questions, and of as many answers.

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

 private:
  /// What was done is done, though the answer may be lost.
  template <typename Answer>
  base::Result<Answer> through(const std::function<Answer()>& step);
  bool is_in_force(const RoleId& role, Revision revision) const;

  Arbiter& arbiter_;
  InvocationId me_;
  base::Rng& rng_;
};

}  // namespace ringspan::replicator::simulator
