#include "replicator/engine/allotment.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

std::string name_of_domain(const Identity& identity, NamingContextId domain) {
  const auto head = std::ranges::find(identity.contexts, domain, &NamingContextHead::id);
  return head == identity.contexts.end() ? domain.value.to_string() : head->dn.to_string();
}

/// The ownership that this one was given by; null: it was taken, or by a former life's word.
const Ownership* giver_of(const std::vector<Ownership>& history, const Ownership& now) {
  if (now.gained != Gained::transfer) return nullptr;
  const auto giver = std::ranges::find_if(history, [&](const Ownership& one) {
    return one.epoch.counter + 1 == now.epoch.counter && one.owner == now.former &&
           (!now.handover || now.handover->giver == one.epoch.owner);
  });
  return giver == history.end() ? nullptr : &*giver;
}

bool gave_it_away(const std::vector<Ownership>& history, const Ownership& owner) {
  return std::ranges::any_of(
      history, [&](const Ownership& one) { return giver_of(history, one) == &owner; });
}

// Where the forest is described by objects, an owner whose object has not come is one to wait for.
bool may_come_back(const Snapshot& snapshot, const Identity& identity, ControllerId owner) {
  const auto row = snapshot.find(ObjectId(owner.value));
  if (row) return !row->deleted;
  return owner != ControllerId{} && snapshot.find(ObjectId(identity.controller.value)).has_value();
}

// Nobody writes under this invocation id any more: its database was put back, or it was removed.
bool is_over(const Snapshot& snapshot, const std::vector<Taker>& takers, InvocationId invocation) {
  return std::ranges::any_of(takers, [&](const Taker& taker) {
    if (std::ranges::find(taker.former, invocation) != taker.former.end()) return true;
    if (taker.invocation != invocation) return false;
    const auto row = snapshot.find(ObjectId(taker.controller.value));
    return row && row->deleted;
  });
}

/// Epochs that somebody knew and whose records have not come here.
std::set<Epoch> unknown_epochs(const std::vector<Ownership>& history,
                               const std::vector<Taker>& takers) {
  std::set<Epoch> unknown;
  for (const Taker& taker : takers)
    unknown.insert(taker.knows.begin(), taker.knows.end());
  for (const Ownership& one : history)
    unknown.erase(one.epoch);
  return unknown;
}

// Did the owner of an earlier epoch hear of a later one before it ended, or give the role away?
// Then whatever it set aside is known here.
bool is_accounted_for(const Snapshot& snapshot, NamingContextId domain,
                      const std::vector<Ownership>& history, const Ownership& owner) {
  if (gave_it_away(history, owner)) return true;
  const auto taker = find_taker(snapshot, domain, owner.epoch.owner);
  return taker && !taker->knows.empty() && owner.epoch < taker->knows.back();
}

Result<void> check_space(const Writer& writer, NamingContextId domain, std::uint64_t first,
                         std::uint64_t count) {
  if (first + count <= kIdentifierSpace) return {};
  return fail(Errc::unavailable,
              fmt::format("{}: its space of identifiers is used up: {} are left, {} are wanted; "
                          "nothing can be issued past {}",
                          name_of_domain(writer.identity(), domain),
                          kIdentifierSpace - std::min(first, kIdentifierSpace), count,
                          kIdentifierSpace - 1));
}

/// At each tenth of the space.
void warn_of_tenth(Writer& writer, NamingContextId domain, std::uint64_t before,
                   std::uint64_t after) {
  if (tenths_used(before) == tenths_used(after)) return;
  writer.finding(
      Finding::Severity::warning,
      fmt::format("{}: {} tenths of the space of identifiers are set aside; {} numbers are left",
                  name_of_domain(writer.identity(), domain), tenths_used(after),
                  kIdentifierSpace - after));
}

Result<Pool> set_aside_at(Writer& writer, NamingContextId domain, std::uint64_t first,
                          const PoolKey& key, ControllerId controller, std::uint64_t count) {
  if (auto room = check_space(writer, domain, first, count); !room) return fail(room.error());
  const Pool pool{.key = key,
                  .controller = controller,
                  .numbers = {first, first + count - 1},
                  .when = writer.now()};
  if (auto written = write_pool(writer, domain, pool); !written) return fail(written.error());
  warn_of_tenth(writer, domain, first, first + count);
  return pool;
}

Result<Pool> set_aside(Writer& writer, NamingContextId domain, const PoolKey& key,
                       ControllerId controller, std::uint64_t count) {
  return set_aside_at(writer, domain, next_unallotted(writer.store(), domain), key, controller,
                      count);
}

// The counter may be past the end of all that is here; never before it.
Result<Pool> set_aside_by_counter(Writer& writer, const GrantPool& grant, const PoolKey& key,
                                  std::uint64_t count) {
  const std::uint64_t end = next_unallotted(writer.store(), grant.domain);
  if (auto room = check_space(writer, grant.domain, end, count); !room) return fail(room.error());
  const auto first = writer.draw(rid_of(grant.domain), count);
  if (!first) return fail(Errc::unavailable, "the fence's counter has not been asked yet");
  return set_aside_at(writer, grant.domain, *first, key, grant.controller, count);
}

/// Owners that ended without a word of what they set aside, each with its controller.
std::map<InvocationId, ControllerId> lost_owners(const Snapshot& snapshot, const Identity& me,
                                                 NamingContextId domain,
                                                 const std::vector<Ownership>& history) {
  std::map<InvocationId, ControllerId> lost;
  for (const Ownership& former : history) {
    if (&former == &history.back() || former.epoch.owner == me.invocation) continue;
    if (is_accounted_for(snapshot, domain, history, former)) continue;
    lost.emplace(former.epoch.owner, former.owner);
  }
  const auto takers = takers_of(snapshot, domain);
  for (const Epoch& epoch : unknown_epochs(history, takers)) {
    if (!is_over(snapshot, takers, epoch.owner)) continue;
    const auto taker = std::ranges::find(takers, epoch.owner, &Taker::invocation);
    lost.emplace(epoch.owner, taker == takers.end() ? ControllerId{} : taker->controller);
  }
  return lost;
}

PoolKey gap_for(InvocationId lost, const Epoch& epoch) {
  return {.kind = PoolKind::gap, .taker = lost, .ordinal = 1, .epoch = epoch};
}

/// Of these the ones for which there is no gap yet.
std::map<InvocationId, ControllerId> not_passed_over(const Snapshot& snapshot, const Identity& me,
                                                     NamingContextId domain,
                                                     const std::vector<Ownership>& history) {
  auto lost = lost_owners(snapshot, me, domain, history);
  std::erase_if(lost, [&](const auto& one) {
    return std::ranges::any_of(history, [&](const Ownership& owner) {
      return find_pool(snapshot, domain, gap_for(one.first, owner.epoch)).has_value();
    });
  });
  return lost;
}

// What an owner set aside that is lost, with a database or for good, may be known to nobody here.
Result<void> pass_over_the_lost(Writer& writer, NamingContextId domain,
                                const std::vector<Ownership>& history) {
  for (const auto& [lost, controller] :
       not_passed_over(writer.store(), writer.identity(), domain, history)) {
    const PoolKey key = gap_for(lost, history.back().epoch);
    const auto gap = set_aside(writer, domain, key, controller, kGapSize);
    if (!gap) return fail(gap.error());
    writer.finding(Finding::Severity::warning,
                   fmt::format("{}: the identifiers {} are never issued, since {} may have issued "
                               "some of them before it was lost",
                               name_of_domain(writer.identity(), domain), to_string(gap->numbers),
                               replicator::name_of(writer.store(), controller)));
  }
  return {};
}

/// Of the lowest range as many as there are, at most.
NumberRange part(NumberRanges& ranges, std::uint64_t most) {
  NumberRange& lowest = ranges.front();
  const NumberRange parted{lowest.first, lowest.first + std::min(most, lowest.count()) - 1};
  lowest.first = parted.last + 1;
  if (lowest.first > lowest.last) ranges.erase(ranges.begin());
  return parted;
}

Result<Pool> part_from_reserve(Writer& writer, const GrantPool& grant, const PoolKey& key,
                               const std::vector<Ownership>& history, std::uint64_t count) {
  const Identity& me = writer.identity();
  const std::string domain = name_of_domain(me, grant.domain);
  const std::string name = replicator::name_of(writer.store(), me.controller);
  constexpr std::string_view kRemedy =
      "bring the missing members back, or remove those that are lost for good; then it hands out "
      "without a reserve";
  if (grant.kind == PoolKind::reserve) {
    return fail(Errc::unavailable,
                fmt::format("{}: {} hands out no reserve before every writable member knows that "
                            "it has the rid role; {}",
                            domain, name, kRemedy));
  }
  Taker owner = taker_here(writer.store(), me, grant.domain, history);
  if (owner.reserve.left.empty()) {
    return fail(
        Errc::unavailable,
        fmt::format("{}: {} has the rid role, but not every writable member knows it yet, "
                    "and its reserve is {}; {}",
                    domain, name, owner.reserve.ordinal == 0 ? "missing" : "used up", kRemedy));
  }
  const Pool pool{.key = key,
                  .controller = grant.controller,
                  .numbers = part(owner.reserve.left, count),
                  .when = writer.now()};
  if (auto written = write_pool(writer, grant.domain, pool); !written) {
    return fail(written.error());
  }
  if (auto kept = write_taker(writer, grant.domain, owner); !kept) return fail(kept.error());
  return pool;
}

void keep_answer(Taker& taker, const std::string& request, const NumberRanges& numbers) {
  taker.answers.push_back({request, numbers});
  if (taker.answers.size() > kAnswersKept) taker.answers.erase(taker.answers.begin());
}

}  // namespace

std::vector<NamingContextId> domains_of_identifiers(const Identity& identity) {
  std::vector<NamingContextId> domains;
  for (const NamingContextHead& head : identity.contexts) {
    if (has_role(head.kind, MasterRole::rid) && identity.may_write(head.id)) {
      domains.push_back(head.id);
    }
  }
  return domains;
}

RoleId rid_of(NamingContextId domain) {
  return {MasterRole::rid, domain};
}

std::vector<Ownership> rid_history(const Snapshot& snapshot, const Identity& identity,
                                   NamingContextId domain) {
  return history_of(snapshot, configuration_among(identity.contexts), rid_of(domain));
}

bool owns_in_this_life(const Identity& identity, const Ownership& now) {
  return is_owner(identity, now) && now.epoch.owner == identity.invocation;
}

// Without a fence an epoch bears the revision of the one before it.
bool was_gained_at_fence(const std::vector<Ownership>& history) {
  const Ownership& last = history.back();
  if (last.epoch.revision == Revision{} || last.gained == Gained::seize) return false;
  return history.size() < 2 || history[history.size() - 2].epoch.revision != last.epoch.revision;
}

Revision last_without_fence(const std::vector<Ownership>& history) {
  std::vector<Ownership> known = history;
  while (known.size() > 1 && was_gained_at_fence(known))
    known.pop_back();
  return was_gained_at_fence(known) ? Revision{} : known.back().epoch.revision;
}

bool counts_at_fence(const Snapshot& snapshot, const std::vector<Ownership>& history) {
  return last_counted(snapshot, history.back().role.scope) > last_without_fence(history);
}

bool has_settled(const Snapshot& snapshot, const Identity& identity, const Ownership& now) {
  if (!owns_in_this_life(identity, now)) return false;
  if (now.gained == Gained::first) return true;
  const auto me = find_taker(snapshot, now.role.scope, identity.invocation);
  return me && me->settled == now.epoch;
}

bool is_settled(const Snapshot& snapshot, const Identity& identity, const Ownership& now) {
  return has_settled(snapshot, identity, now) &&
         !was_gained_at_fence(rid_history(snapshot, identity, now.role.scope));
}

// Nobody settles an epoch that this controller has not heard of as the greatest; and it has heard
// of none since its giver's.
bool was_given_whole(const std::vector<Ownership>& history) {
  const Ownership& now = history.back();
  const Ownership* giver = giver_of(history, now);
  return now.settled && giver != nullptr && giver + 1 == &now;
}

// Nobody claims it before the owner has (F3), so nobody else can have handed out numbers between.
bool takes_it_to_the_fence(const Snapshot& snapshot, const Identity& identity,
                           const std::vector<Ownership>& history) {
  if (history.size() < 2 || !was_gained_at_fence(history)) return false;
  const std::vector<Ownership> before(history.begin(), history.end() - 1);
  return !was_gained_at_fence(before) && has_settled(snapshot, identity, before.back());
}

bool everyone_knows(const Snapshot& snapshot, const Identity& identity,
                    const std::vector<Ownership>& history, const std::set<ControllerId>& writers) {
  const auto takers = takers_of(snapshot, history.back().role.scope);
  for (const Epoch& epoch : unknown_epochs(history, takers)) {
    if (!is_over(snapshot, takers, epoch.owner)) return false;  // its record is on its way
  }
  return not_heard(snapshot, identity, history, writers).empty();
}

std::set<ControllerId> not_heard(const Snapshot& snapshot, const Identity& identity,
                                 const std::vector<Ownership>& history,
                                 const std::set<ControllerId>& writers) {
  const Ownership& now = history.back();
  const auto takers = takers_of(snapshot, now.role.scope);
  std::set<ControllerId> needed = writers;
  for (const Ownership& one : history) {
    if (gave_it_away(history, one)) continue;
    if (may_come_back(snapshot, identity, one.owner)) needed.insert(one.owner);
  }
  needed.erase(identity.controller);
  std::erase_if(needed, [&](ControllerId member) {
    return std::ranges::any_of(takers, [&](const Taker& taker) {
      return taker.controller == member && !taker.knows.empty() && taker.knows.back() == now.epoch;
    });
  });
  return needed;
}

Draw draw_for(const Snapshot& snapshot, const Identity& identity, NamingContextId domain,
              std::uint64_t count, const std::set<ControllerId>* writers) {
  const auto history = rid_history(snapshot, identity, domain);
  const std::uint64_t end = next_unallotted(snapshot, domain);
  Draw draw{.role = rid_of(domain),
            .count = count,
            .at_least = end,
            .since = last_without_fence(history)};
  if (has_settled(snapshot, identity, history.back())) {
    draw.begins_at = end + kGapSize * not_passed_over(snapshot, identity, domain, history).size();
    return draw;
  }
  std::string names;
  const auto missing = writers == nullptr ? std::set<ControllerId>{}
                                          : not_heard(snapshot, identity, history, *writers);
  for (const ControllerId one : missing)
    names += (names.empty() ? "" : ", ") + replicator::name_of(snapshot, one);
  draw.begins_at =
      fail(Errc::unavailable,
           fmt::format(
               "{}: {} may not begin the counter of identifiers at the fence before it knows "
               "what was handed out without it: it waits for {}; bring them back, or remove "
               "those that are lost for good",
               name_of_domain(identity, domain), replicator::name_of(snapshot, identity.controller),
               names.empty() ? "records that are on their way" : names));
  return draw;
}

void take_in(const Snapshot& snapshot, NamingContextId domain,
             const std::vector<Ownership>& history, Taker& taker) {
  for (const auto& [kind, stock] :
       {std::pair(PoolKind::pool, &taker.pools), std::pair(PoolKind::reserve, &taker.reserve)}) {
    for (std::uint64_t ordinal = std::max<std::uint64_t>(stock->ordinal, 1);; ++ordinal) {
      for (const Ownership& one : history) {
        const PoolKey key{kind, taker.invocation, ordinal, one.epoch};
        if (std::pair(ordinal, one.epoch) <= std::pair(stock->ordinal, stock->epoch)) continue;
        const auto pool = find_pool(snapshot, domain, key);
        if (!pool) continue;
        stock->ordinal = ordinal;
        stock->epoch = one.epoch;
        stock->left.push_back(pool->numbers);
      }
      if (stock->ordinal < ordinal) break;
    }
    std::ranges::sort(stock->left);
  }
}

Taker taker_here(const Snapshot& snapshot, const Identity& identity, NamingContextId domain,
                 const std::vector<Ownership>& history) {
  auto found = find_taker(snapshot, domain, identity.invocation);
  Taker taker =
      found.value_or(Taker{.invocation = identity.invocation, .controller = identity.controller});
  if (!found) {
    for (const Taker& one : takers_of(snapshot, domain)) {
      if (one.controller == identity.controller) taker.former.push_back(one.invocation);
    }
  }
  take_in(snapshot, domain, history, taker);
  return taker;
}

Result<Pool> allot(Writer& writer, const GrantPool& grant) {
  const Identity& me = writer.identity();
  const auto history = rid_history(writer.store(), me, grant.domain);
  const Ownership& now = history.back();
  const PoolKey key{grant.kind, grant.taker, grant.ordinal, now.epoch};
  if (grant.kind == PoolKind::gap || grant.ordinal == 0 || grant.wanted > kMostAtOnce) {
    return fail(Errc::invalid, "a grant of identifiers that makes no sense");
  }
  for (const Ownership& one : history) {  // asked for before
    const PoolKey asked{grant.kind, grant.taker, grant.ordinal, one.epoch};
    if (auto pool = find_pool(writer.store(), grant.domain, asked)) return *pool;
  }
  const std::uint64_t blocks = (std::max<std::uint64_t>(grant.wanted, 1) - 1) / kPoolSize + 1;
  const std::uint64_t count = grant.kind == PoolKind::reserve ? kReserveSize : blocks * kPoolSize;
  if (writer.is_fenced()) return set_aside_by_counter(writer, grant, key, count);
  if (!is_settled(writer.store(), me, now)) {
    return part_from_reserve(writer, grant, key, history, count);
  }
  if (auto passed = pass_over_the_lost(writer, grant.domain, history); !passed) {
    return fail(passed.error());
  }
  return set_aside(writer, grant.domain, key, grant.controller, count);
}

Result<void> check(const TakeIdentifiers& take) {
  constexpr std::size_t kLongest = 64;
  if (take.count == 0 || take.count > kMostAtOnce) {
    return fail(Errc::invalid, fmt::format("{} identifiers: from 1 to {} can be asked for at once",
                                           take.count, kMostAtOnce));
  }
  if (take.request.empty() || take.request.size() > kLongest ||
      std::ranges::any_of(take.request, [](char c) { return c <= ' ' || c > '~'; })) {
    return fail(Errc::invalid,
                fmt::format("request: from 1 to {} visible characters without a blank", kLongest));
  }
  return {};
}

Result<void> issue(Writer& writer, const TakeIdentifiers& take) {
  const Identity& me = writer.identity();
  Taker taker =
      taker_here(writer.store(), me, take.domain, rid_history(writer.store(), me, take.domain));
  if (const auto before = answer_to(writer.store(), take.domain, taker, take.request)) {
    if (count_of(*before) == take.count) return {};
    return fail(Errc::invalid, fmt::format("request {}: was answered with {} identifiers, not {}; "
                                           "take another request id",
                                           take.request, count_of(*before), take.count));
  }
  if (taker.pools.count() < take.count) {
    return fail(too_few(writer.store(), me, take, "its rid owner has not given more"));
  }
  NumberRanges issued;
  for (std::uint64_t wanted = take.count; wanted > 0; wanted -= issued.back().count())
    issued.push_back(part(taker.pools.left, wanted));
  keep_answer(taker, take.request, issued);
  if (take.alone) {
    taker.alone = fmt::format("{} {} {}", base::to_string(writer.now()), take.request, take.who);
    writer.finding(
        Finding::Severity::warning,
        fmt::format("{}: {} had {} identifiers issued before a partner has confirmed what this "
                    "controller has issued (--alone)",
                    name_of_domain(me, take.domain), take.who, take.count));
  }
  return write_taker(writer, take.domain, taker);
}

std::uint64_t missing_identifiers(const Snapshot& snapshot, const Identity& identity,
                                  const TakeIdentifiers& take) {
  const Taker me =
      taker_here(snapshot, identity, take.domain, rid_history(snapshot, identity, take.domain));
  if (answer_to(snapshot, take.domain, me, take.request)) return 0;
  return take.count - std::min(take.count, me.pools.count());
}

base::Error too_few(const Snapshot& snapshot, const Identity& identity, const TakeIdentifiers& take,
                    std::string_view reason) {
  const Taker me =
      taker_here(snapshot, identity, take.domain, rid_history(snapshot, identity, take.domain));
  return {Errc::unavailable,
          fmt::format("{}: {} has {} identifiers at hand, {} are wanted; {}; if it is lost for "
                      "good: ringspan role seize rid --at NAME",
                      name_of_domain(identity, take.domain), name_of(snapshot, me.controller),
                      me.pools.count(), take.count, reason)};
}

}  // namespace ringspan::replicator
