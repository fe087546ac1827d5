#include "replicator/simulator/simulated_fence.hpp"

#include <algorithm>

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;
using base::Result;
using partners::LeaseId;
using partners::Pledge;

constexpr base::Duration kPledgeLasts = 15s;

}  // namespace

void Arbiter::expire() {
  std::erase_if(leases, [&](const auto& one) { return one.second.second <= now; });
  std::erase_if(held, [&](const auto& one) { return !leases.contains(one.second.lease); });
  std::erase_if(pledged, [&](const auto& one) { return one.second.second <= now; });
}

template <typename Answer>
Result<Answer> WayToFence::through(const std::function<Answer()>& step) {
  arbiter_.expire();
  const auto loses = [&] { return lost_of_ten > 0 && rng_.chance(lost_of_ten, 10); };
  if (loses()) return fail(Errc::unavailable, "the question is lost");
  Answer answer = step();
  if (loses()) return fail(Errc::unavailable, "the answer is lost");
  return answer;
}

bool WayToFence::is_in_force(const RoleId& role, Revision revision) const {
  const auto at = arbiter_.held.find(role);
  return at != arbiter_.held.end() && at->second.revision == revision;
}

Result<LeaseId> WayToFence::grant(base::Duration lasts) {
  return through<LeaseId>([&] {
    const LeaseId lease(++arbiter_.last_lease);
    arbiter_.leases[lease] = {lasts, arbiter_.now + lasts};
    return lease;
  });
}

Result<bool> WayToFence::renew(LeaseId lease) {
  return through<bool>([&] {
    const auto at = arbiter_.leases.find(lease);
    if (at == arbiter_.leases.end()) return false;
    at->second.second = arbiter_.now + at->second.first;
    return true;
  });
}

Result<partners::Fence::Seen> WayToFence::look() {
  return through<Seen>([&] {
    Seen seen{.held = arbiter_.held, .pledged = {}};
    for (const auto& [role, pledge] : arbiter_.pledged)
      seen.pledged.emplace(role, pledge.first);
    return seen;
  });
}

Result<std::optional<Revision>> WayToFence::claim(const RoleId& role, LeaseId lease,
                                                  const std::optional<Pledge>& pledged) {
  return through<std::optional<Revision>>([&]() -> std::optional<Revision> {
    const auto pledge = arbiter_.pledged.find(role);
    const bool fits = pledged ? pledge != arbiter_.pledged.end() && pledge->second.first == *pledged
                              : pledge == arbiter_.pledged.end();
    if (arbiter_.held.contains(role) || !fits || !arbiter_.leases.contains(lease)) {
      return std::nullopt;
    }
    arbiter_.pledged.erase(role);
    const Revision revision(++arbiter_.revision);
    arbiter_.held[role] = {revision, me_, lease};
    return revision;
  });
}

Result<bool> WayToFence::confirm(const Leases& leases) {
  return through<bool>([&] {
    return std::ranges::all_of(leases,
                               [&](const auto& one) { return is_in_force(one.first, one.second); });
  });
}

Result<bool> WayToFence::give_up(const RoleId& role, Revision revision,
                                 const std::optional<Pledge>& pledge) {
  return through<bool>([&] {
    if (!is_in_force(role, revision)) return false;
    arbiter_.held.erase(role);
    ++arbiter_.revision;
    if (pledge) arbiter_.pledged[role] = {*pledge, arbiter_.now + kPledgeLasts};
    return true;
  });
}

Result<std::optional<partners::Fence::Counter>> WayToFence::counter(const RoleId& role) {
  return through<std::optional<Counter>>([&]() -> std::optional<Counter> {
    const auto at = arbiter_.counters.find(role);
    if (at == arbiter_.counters.end()) return std::nullopt;
    return at->second;
  });
}

Result<bool> WayToFence::advance(const RoleId& role, Revision revision,
                                 const std::optional<Counter>& seen, const Counter& next) {
  return through<bool>([&] {
    const auto at = arbiter_.counters.find(role);
    const bool is_as_seen = at == arbiter_.counters.end() ? !seen : seen == at->second;
    if (!is_in_force(role, revision) || !is_as_seen) return false;
    arbiter_.counters[role] = next;
    arbiter_.counters[role].changed = ++arbiter_.revision;
    return true;
  });
}

}  // namespace ringspan::replicator::simulator
