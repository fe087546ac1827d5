// What the engine does for identifiers: it keeps a stock, hands out where it owns the rid role, and
// issues only what it knows it has not issued before (docs/roles.md, I1 to I10, F9).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/allotment.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

std::uint64_t enough_of(PoolKind kind) {
  return (kind == PoolKind::reserve ? kReserveSize : kPoolSize) / 2 + 1;
}

const Stock& stock_of(const Taker& taker, PoolKind kind) {
  return kind == PoolKind::reserve ? taker.reserve : taker.pools;
}

/// A settled owner begins the fence's counter at once, so that nobody after it has to be settled.
bool is_to_begin_counter(const Snapshot& store, const Taker& me,
                         const std::vector<Ownership>& history) {
  return me.settled == history.back().epoch && !counts_at_fence(store, history);
}

bool is_among(const std::vector<NamingContextId>& domains, NamingContextId domain) {
  return std::ranges::find(domains, domain) != domains.end();
}

Result<void> check_domain(const Identity& identity, NamingContextId domain) {
  if (is_among(domains_of_identifiers(identity), domain)) return {};
  return fail(Errc::refused,
              fmt::format("naming context {}: is no domain that is written here, so it has no "
                          "identifiers here",
                          domain.value.to_string()));
}

}  // namespace

void Engine::take(Transaction& /*store*/, const WritersChanged& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  writers_ = event.writers;
  for (const auto& [domain, writers] : writers_) {
    if (writers == std::set{identity_.controller}) confirm(domain);  // there is nobody to ask
  }
  tend_identifiers_ = true;
}

void Engine::confirm(NamingContextId context) {
  if (caught_up_.confirmed.insert(context).second) tend_identifiers_ = true;
}

bool Engine::asks_for_own_writes(NamingContextId context) const {
  return settings_.identifiers && !caught_up_.alone && !caught_up_.confirmed.contains(context) &&
         is_among(domains_of_identifiers(identity_), context);
}

// Before it is judged by what it writes.
Result<void> Engine::prepare(Writer& writer, const Write& write) const {
  if (const auto* grant = std::get_if<GrantPool>(&write)) {
    if (auto here = check_domain(identity_, grant->domain); !here) return here;
    auto acts = may_act(writer.store(), identity_, caught_up_, rid_of(grant->domain));
    if (!acts) return acts;
    return may_issue(writer.store(), identity_, caught_up_, grant->domain);
  }
  const auto* take = std::get_if<TakeIdentifiers>(&write);
  if (take == nullptr) return {};
  if (auto sound = check(*take); !sound) return sound;
  if (auto here = check_domain(identity_, take->domain); !here) return here;
  const auto may = may_issue(writer.store(), identity_, caught_up_, take->domain);
  if (!may && !(take->alone && may.error().code == Errc::unavailable)) return may;
  return supply(writer, *take);
}

// The owner hands out to itself in the same transaction.
Result<void> Engine::supply(Writer& writer, const TakeIdentifiers& take) const {
  const auto history = rid_history(writer.store(), identity_, take.domain);
  const Ownership& now = history.back();
  while (true) {
    const std::uint64_t wanted = missing_identifiers(writer.store(), identity_, take);
    if (wanted == 0) return {};
    if (!owns_in_this_life(identity_, now)) {
      return fail(too_few(writer.store(), identity_, take,
                          fmt::format("{} has the rid role and hands out more",
                                      name_of(writer.store(), now.owner))));
    }
    auto acts = may_act(writer.store(), identity_, caught_up_, rid_of(take.domain));
    if (!acts) return acts;
    const Taker me = taker_here(writer.store(), identity_, take.domain, history);
    const auto pool = allot(writer, {.domain = take.domain,
                                     .taker = identity_.invocation,
                                     .controller = identity_.controller,
                                     .ordinal = me.pools.ordinal + 1,
                                     .wanted = wanted});
    if (!pool) return fail(pool.error());
  }
}

void Engine::tend_identifiers(Transaction& store, base::Time now, Effects& effects) {
  if (!settings_.identifiers || identity_.quarantined) return;
  if (std::exchange(tend_identifiers_, false) && !identity_.read_only) {
    for (const NamingContextId domain : domains_of_identifiers(identity_))
      tend_identifiers(store, domain, now, effects);
    tend_identifiers_ = false;  // by what it wrote itself nothing has changed
  }
  effects.pool_wishes = pool_wishes_.due(now);
}

void Engine::tend_identifiers(Transaction& store, NamingContextId domain, base::Time now,
                              Effects& effects) {
  const NamingContextId configuration = configuration_among(identity_.contexts);
  if (!has_arrived(store, configuration, identity_.invocation) ||
      !has_arrived(store, domain, identity_.invocation) ||
      !may_issue(store, identity_, caught_up_, domain)) {
    return;
  }
  store.mark();
  Writer writer(store, identity_, now);
  if (auto tended = tend(writer, domain, now); !tended) {
    store.undo();
    effects.findings.push_back(
        {.severity = Finding::Severity::warning, .text = "identifiers: " + tended.error().message});
    return;
  }
  keep(writer, now, effects);
}

// Says which epochs it knows, takes in what has come, and sees to it that there is enough.
Result<void> Engine::tend(Writer& writer, NamingContextId domain, base::Time now) {
  Transaction& store = writer.store();
  auto history = rid_history(store, identity_, domain);
  const bool acts =
      standing_of(store, identity_, caught_up_, history.back()) == RoleStanding::effective;
  const bool fenced = caught_up_.leases.has_value();
  const bool put_back = acts && !owns_in_this_life(identity_, history.back());
  if (put_back || (acts && !fenced && was_gained_at_fence(history))) {
    const auto renewed = originate(
        writer, guids_,
        SeizeRole{.role = rid_of(domain),
                  .who = {},
                  .why = put_back ? "its database was put back" : "the fence was taken out"});
    if (!renewed) return fail(renewed.error());
    history = rid_history(store, identity_, domain);
  }
  Taker me = taker_here(store, identity_, domain, history);
  me.knows.clear();
  for (const Ownership& one : history)
    me.knows.push_back(one.epoch);
  const bool hands_out = acts && owns_in_this_life(identity_, history.back());
  const auto writers = writers_.find(domain);
  if (hands_out && !has_settled(store, identity_, history.back()) &&
      ((fenced ? takes_it_to_the_fence(store, identity_, history) : was_given_whole(history)) ||
       (writers != writers_.end() && everyone_knows(store, identity_, history, writers->second)))) {
    me.settled = history.back().epoch;
  }
  if (auto written = write_taker(writer, domain, me); !written) return written;
  for (const PoolKind kind : {PoolKind::pool, PoolKind::reserve}) {
    const bool begins =
        kind == PoolKind::pool && fenced && hands_out && is_to_begin_counter(store, me, history);
    if (stock_of(me, kind).count() >= enough_of(kind) && !begins) {
      pool_wishes_.end(domain, kind);
      continue;
    }
    const std::uint64_t ordinal = stock_of(me, kind).ordinal + 1;
    if (!hands_out || fenced) {  // who owns it asks itself, and so the fence
      pool_wishes_.want({domain, history.back().owner, kind, ordinal}, now);
      continue;
    }
    pool_wishes_.end(domain, kind);
    // What there is none of now is told to whoever asks for identifiers.
    (void)allot(writer, {.domain = domain,
                         .kind = kind,
                         .taker = identity_.invocation,
                         .controller = identity_.controller,
                         .ordinal = ordinal});
  }
  return write_taker(writer, domain, taker_here(store, identity_, domain, history));
}

}  // namespace ringspan::replicator
