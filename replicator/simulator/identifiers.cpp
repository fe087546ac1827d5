// The world's identifiers: asked for, handed out, and none of them twice.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/engine/allotment.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {

using base::Errc;
using base::fail;
using base::Result;

// As if all had joined long ago: each writable controller has a pool and a reserve, and everyone
// has heard of it.
void World::stock_up(const Actor& founder) {
  if (!options_.settings.identifiers) return;
  const auto domains = domains_of_identifiers(founder.identity);
  const auto all_pull = [&](const auto& pull_one) {
    for (const std::string& name : controllers()) {
      if (name != founder.name) pull_one(name);
    }
  };
  const auto from_founder = [&](const std::string& name) {
    EXPECTS(pull(name, founder.name, {}).has_value());
  };
  all_pull([&](const std::string& name) {
    const Identity& taker = find(name)->identity;
    for (const NamingContextId domain : domains_of_identifiers(taker)) {
      if (std::ranges::find(domains, domain) == domains.end()) continue;
      for (const PoolKind kind : {PoolKind::pool, PoolKind::reserve}) {
        const auto given = ask(*find(founder.name), GrantPool{.domain = domain,
                                                              .kind = kind,
                                                              .taker = taker.invocation,
                                                              .controller = taker.controller});
        EXPECTS(given.has_value());
      }
    }
  });
  all_pull(from_founder);
  all_pull([&](const std::string& name) {
    if (find(name)->identity.read_only) return;
    EXPECTS(pull(founder.name, name, {}).has_value());
  });
  all_pull(from_founder);
}

Result<NumberRanges> World::take_identifiers(std::string_view at, const TakeIdentifiers& take) {
  constexpr int kTries = 3;
  const auto asked = need(at);
  if (!asked) return fail(asked.error());
  Actor& actor = **asked;
  if (actor.identity.read_only) {
    return fail(Errc::refused, fmt::format("{} is read-only and has no identifiers", actor.name));
  }
  for (int tries = 0; tries < kTries; ++tries) {
    const auto snapshot = actor.store->read();
    if (missing_identifiers(*snapshot, actor.identity, take) == 0) break;
    if (is_owner(actor.identity, ownership(at, rid_of(take.domain)))) break;
    const auto may = may_issue(*snapshot, actor.identity, actor.engine->caught_up(), take.domain);
    if (!may && !take.alone) return fail(may.error());
    if (auto fetched = fetch_pool(actor, take); !fetched) return fail(fetched.error());
  }
  const auto taken = ask(actor, take);
  if (!taken) return fail(taken.error());
  const auto snapshot = actor.store->read();
  const auto me = find_taker(*snapshot, take.domain, actor.identity.invocation);
  const auto numbers = answer_to(*snapshot, take.domain, *me, take.request);
  EXPECTS(numbers.has_value());
  note_issued(actor, take, *numbers);
  return *numbers;
}

// Who it asked may have given the role away; it learns that with the pull, and asks the next.
Result<void> World::fetch_pool(Actor& actor, const TakeIdentifiers& take) {
  const auto snapshot = actor.store->read();
  const RoleId role = rid_of(take.domain);
  const auto history = rid_history(*snapshot, actor.identity, take.domain);
  const Taker me = taker_here(*snapshot, actor.identity, take.domain, history);
  Actor* owner = owner_within_reach(actor, role);
  if (owner == nullptr) {
    const auto named = actors_.find(history.back().owner);
    return fail(too_few(*snapshot, actor.identity, take,
                        fmt::format("{}, which has the rid role, cannot be asked",
                                    named == actors_.end() ? "nobody here" : named->second->name)));
  }
  const auto given = ask(*owner, GrantPool{.domain = take.domain,
                                           .taker = me.invocation,
                                           .controller = me.controller,
                                           .ordinal = me.pools.ordinal + 1,
                                           .wanted = take.count - me.pools.count()});
  const ControllerId before = history.back().owner;
  const auto pulled = pull(actor.name, owner->name, {});
  if (!given && ownership(actor.name, role).owner == before) {
    return fail(too_few(*snapshot, actor.identity, take,
                        fmt::format("{} gives no more: {}", owner->name, given.error().message)));
  }
  return pulled ? Result<void>{} : fail(pulled.error());
}

// What a controller asks for by itself.
void World::take_wish(const Wishing& wishing) {
  Actor& whose = actor(wishing.whose);
  const auto owner = actors_.find(wishing.wish.owner);
  if (owner == actors_.end() || !can_ask(whose, *owner->second)) return;
  if (is_frozen(*owner->second)) return;
  const PoolWish& wish = wishing.wish;
  const auto given = ask(*owner->second, GrantPool{.domain = wish.domain,
                                                   .kind = wish.kind,
                                                   .taker = wishing.taker,
                                                   .controller = wishing.whose,
                                                   .ordinal = wish.ordinal});
  if (!given || !whose.engine || owner->second.get() == &whose) return;
  tell(fmt::format("{} gives {} a {} of identifiers", owner->second->name, whose.name,
                   to_string(wish.kind)));
  feed(whose, {PullForced{.id = 0, .source = wish.owner, .naming_context = wish.domain}});
}

// The same request may be answered again, after a restore by what a former life had answered.
void World::note_issued(const Actor& actor, const TakeIdentifiers& take,
                        const NumberRanges& numbers) {
  if (!answered_.emplace(actor.name + " " + take.request, numbers).second) return;
  for (const NumberRange& range : numbers) {
    for (const IssuedHere& other : issued_) {
      if (other.domain != take.domain || !broken_.empty()) continue;
      if (range.last < other.numbers.first || other.numbers.last < range.first) continue;
      broken_ = fmt::format("identifier {} was issued twice: by {} and by {}",
                            std::max(range.first, other.numbers.first), other.at, actor.name);
    }
    issued_.push_back({take.domain, range, actor.name});
  }
}

// Nobody has at hand what another has, or what was issued; but for a disk that was put back, which
// issues nothing before it has heard what it has lost.
std::string World::issued_twice() const {
  if (!options_.settings.identifiers) return {};
  std::vector<IssuedHere> all = issued_;
  for (const auto& [id, actor] : actors_) {
    if (was_put_back(actor->name)) continue;
    for (const NamingContextId domain : domains_of_identifiers(actor->identity)) {
      const auto me = find_taker(*actor->store->read(), domain, actor->identity.invocation);
      if (!me) continue;
      for (const Stock* stock : {&me->pools, &me->reserve}) {
        for (const NumberRange& range : stock->left)
          all.push_back({domain, range, actor->name});
      }
    }
  }
  std::ranges::sort(all, {},
                    [](const IssuedHere& one) { return std::pair(one.domain, one.numbers); });
  for (std::size_t i = 1; i < all.size(); ++i) {
    const IssuedHere& one = all[i - 1];
    const IssuedHere& next = all[i];
    if (one.domain != next.domain || one.numbers.last < next.numbers.first) continue;
    return fmt::format("identifier {} is at {} and at {}", next.numbers.first, one.at, next.at);
  }
  return {};
}

std::optional<Taker> World::taker(std::string_view at, NamingContextId domain) const {
  const Actor* actor = find(at);
  EXPECTS(actor != nullptr);
  return find_taker(*actor->store->read(), domain, actor->identity.invocation);
}

bool World::settled(std::string_view at, NamingContextId domain) const {
  const Actor* actor = find(at);
  EXPECTS(actor != nullptr);
  return is_settled(*actor->store->read(), actor->identity, ownership(at, rid_of(domain)));
}

}  // namespace ringspan::replicator::simulator
