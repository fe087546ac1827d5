#include "replicator/partners/lease_keeper.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ringspan::replicator::partners {

using base::Duration;
using base::Errc;
using base::fail;

std::vector<TakeRole> LeaseKeeper::round(const std::vector<Stake>& stakes, const Holds& holds,
                                         Duration now) {
  if (!renew(now)) return {};
  auto seen = fence_.look();
  if (!seen) {
    note(seen.error());
    return {};
  }
  seen_ = *std::move(seen);
  trouble_.clear();
  for (const auto& [role, held] : seen_.held) {
    const bool stays = std::ranges::any_of(
        stakes, [&wanted = role](const Stake& stake) { return stake.role == wanted; });
    if (stays || held.owner != me_) continue;
    // What may be ours no more ends here in this round, at the fence in the next.
    if (hold_.leases.erase(role) == 0) {
      static_cast<void>(fence_.give_up(role, held.revision, std::nullopt));
    }
  }
  for (const Stake& stake : stakes)
    compare(stake, now);
  std::vector<TakeRole> due;
  for (auto& [role, won] : won_) {
    const bool waits = won.handover && now < won.at + kHandover && !holds(role, *won.handover);
    if (won.being_written || waits || !hold_.leases.contains(role)) continue;
    won.being_written = true;
    due.push_back(won.take);
  }
  return due;
}

bool LeaseKeeper::renew(Duration now) {
  if (lease_ == LeaseId{} || now < renew_at_) return true;
  const auto renewed = fence_.renew(lease_);
  if (!renewed) {
    note(renewed.error());
    return false;
  }
  if (*renewed) {
    hold_.until = now + kLease - kMargin;
    renew_at_ = now + kLease / 3;
    return true;
  }
  lease_ = {};
  hold_ = {};
  won_.clear();
  return true;
}

/// What the fence says of a role, and what we took it to be.
void LeaseKeeper::compare(const Stake& stake, Duration now) {
  const RoleId& role = stake.role;
  const auto held = seen_.held.find(role);
  if (held == seen_.held.end()) {
    hold_.leases.erase(role);
    won_.erase(role);
    letting_go_.erase(role);
    if (is_our_turn(stake, now)) claim(stake, now);
    return;
  }
  absent_since_.erase(role);
  const bool ours =
      held->second.owner == me_ && held->second.lease == lease_ && lease_ != LeaseId{};
  if (!ours) {
    hold_.leases.erase(role);
    won_.erase(role);
    // Of a life of ours that has ended, and would only be waited for.
    if (held->second.owner == me_) {
      static_cast<void>(fence_.give_up(role, held->second.revision, std::nullopt));
    }
    return;
  }
  if (letting_go_.contains(role)) return;
  hold_.leases[role] = held->second.revision;
  if (stake.is_owner && stake.revision == held->second.revision) {
    won_.erase(role);
    wanted_.erase(role);
  } else {
    won_.try_emplace(role, Won{.take = {.role = role, .revision = held->second.revision},
                               .handover = std::nullopt,
                               .at = now});
  }
}

bool LeaseKeeper::is_our_turn(const Stake& stake, Duration now) {
  const auto [since, fresh] = absent_since_.try_emplace(stake.role, now);
  const auto pause = pause_until_.find(stake.role);
  if (pause != pause_until_.end() && now < pause->second) return false;
  if (const auto pledged = seen_.pledged.find(stake.role); pledged != seen_.pledged.end()) {
    return pledged->second.to == me_;
  }
  if (wanted_.contains(stake.role)) return true;
  if (!stake.caught_up) return false;
  if (stake.is_owner) return true;
  // Until the owner that was there before the fence has come to it nobody else does.
  return stake.revision != Revision{} && now >= since->second + kTurn + turn_;
}

void LeaseKeeper::claim(const Stake& stake, Duration now) {
  if (lease_ == LeaseId{}) {
    const auto granted = fence_.grant(kLease);
    if (!granted) return note(granted.error());
    lease_ = *granted;
    hold_ = {.leases = {}, .until = now + kLease - kMargin};
    renew_at_ = now + kLease / 3;
  }
  std::optional<Pledge> pledge;
  if (const auto pledged = seen_.pledged.find(stake.role); pledged != seen_.pledged.end()) {
    pledge = pledged->second;
  }
  const auto claimed = fence_.claim(stake.role, lease_, pledge);
  if (!claimed) return note(claimed.error());
  if (!*claimed) return;
  hold_.leases[stake.role] = **claimed;
  Won won{.take = {.role = stake.role, .revision = **claimed}, .handover = std::nullopt, .at = now};
  if (const auto wanted = wanted_.find(stake.role); wanted != wanted_.end()) {
    won.take.who = wanted->second.who;
    won.take.why = wanted->second.why;
    won.take.request = wanted->second.request;
  }
  if (pledge) {
    won.take.who = pledge->who;
    won.take.why = pledge->why;
    won.take.request = pledge->request;
    won.handover = pledge->handover;
  }
  won_.insert_or_assign(stake.role, std::move(won));
}

void LeaseKeeper::wrote(const TakeRole& take, const base::Result<Written>& result, Duration now) {
  const auto won = won_.find(take.role);
  if (won != won_.end()) won->second.being_written = false;
  if (result) {
    wanted_.erase(take.role);
    if (won != won_.end() && won->second.take.revision == take.revision) won_.erase(won);
    return;
  }
  if (result.error().code != Errc::refused) return;  // the next round tries again
  trouble_ = result.error().message;
  pause_until_[take.role] = now + kPause;
  hold_.leases.erase(take.role);
  won_.erase(take.role);
  static_cast<void>(fence_.give_up(take.role, take.revision, std::nullopt));
}

void LeaseKeeper::want(const TakeRole& wish) {
  wanted_[wish.role] = wish;
  pause_until_.erase(wish.role);
}

void LeaseKeeper::let_go(const RoleId& role) {
  letting_go_.insert(role);
  hold_.leases.erase(role);
}

base::Result<void> LeaseKeeper::give_up(const RoleId& role, Revision revision,
                                        const Pledge& pledge) {
  const auto given = fence_.give_up(role, revision, pledge);
  if (!given) {
    letting_go_.erase(role);  // the next look shows whose it is
    note(given.error());
    return fail(given.error());
  }
  if (*given) return {};
  letting_go_.erase(role);
  return fail(Errc::refused, "its ownership had ended already");
}

base::Result<void> LeaseKeeper::check_held(const Leases& leases, Duration now) const {
  const Leases held = hold_.at(now);
  for (const auto& [role, revision] : leases) {
    const auto at = held.find(role);
    if (at == held.end() || at->second != revision) {
      return fail(Errc::unavailable, fmt::format("{} role: the lease of the fence has ended here",
                                                 to_string(role.role)));
    }
  }
  return {};
}

base::Result<void> LeaseKeeper::confirm(const Leases& leases, Duration now) {
  if (auto held = check_held(leases, now); !held) return held;
  const auto confirmed = fence_.confirm(leases);
  if (!confirmed) return fail(cannot_be_asked(confirmed.error()));
  if (*confirmed) return {};
  for (const auto& [role, revision] : leases)
    hold_.leases.erase(role);
  return fail(Errc::unavailable, "the fence has given the role to another; ringspan roles");
}

// Of an answer that is lost the numbers are, too: nobody else is given them.
base::Result<Drawn> LeaseKeeper::draw(const Draw& wanted, const Leases& leases, Duration now) {
  if (auto held = check_held(leases, now); !held) return fail(held.error());
  const auto lease = leases.find(wanted.role);
  if (lease == leases.end()) return fail(Errc::unavailable, "it has no lease of the fence");
  const auto seen = fence_.counter(wanted.role);
  if (!seen) return fail(cannot_be_asked(seen.error()));
  Fence::Counter next = seen->value_or(Fence::Counter{});
  next.next = std::max(next.next, wanted.at_least);
  if (next.begun <= wanted.since) {
    if (!wanted.begins_at) return fail(wanted.begins_at.error());
    next.next = std::max(next.next, *wanted.begins_at);
    next.begun = lease->second;
  }
  const Drawn drawn{.first = next.next, .count = wanted.count};
  next.next += wanted.count;
  const auto advanced = fence_.advance(wanted.role, lease->second, *seen, next);
  if (!advanced) return fail(cannot_be_asked(advanced.error()));
  if (*advanced) return drawn;
  return fail(Errc::unavailable,
              "the fence has given the role, or the numbers, to another; ask again");
}

base::Error LeaseKeeper::cannot_be_asked(const base::Error& error) {
  note(error);
  return {Errc::unavailable,
          fmt::format("the fence of the roles cannot be asked: {}", error.message)};
}

}  // namespace ringspan::replicator::partners
