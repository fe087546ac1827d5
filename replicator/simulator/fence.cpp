// The world's fence: each controller looks at it, renews, claims and gives up by the LeaseKeeper
// that real ones have (docs/roles.md, F1 to F9).

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/engine/allotment.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/role_standing.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;
using base::Result;
using partners::LeaseKeeper;
using partners::Stake;

constexpr const char* kPerson = "scenario";
constexpr base::Duration kLook = 1s;
constexpr base::Duration kTurn = 100ms;  // between the turns of two controllers
constexpr std::uint64_t kAll = 10;

bool could_own(const Identity& identity, const RoleId& role) {
  const bool of_forest = role.role == MasterRole::schema || role.role == MasterRole::naming;
  return !identity.read_only && (of_forest || identity.may_write(role.scope));
}

std::vector<Stake> stakes_of(const Snapshot& snapshot, const Identity& identity,
                             const CaughtUp& caught_up) {
  std::vector<Stake> stakes;
  for (const NamingContextHead& head : identity.contexts) {
    for (const MasterRole one : kMasterRoles) {
      const RoleId role{one, head.id};
      if (!has_role(head.kind, one) || !could_own(identity, role)) continue;
      const Ownership now = ownership_of(snapshot, configuration_among(identity.contexts), role);
      stakes.push_back({.role = role,
                        .is_owner = is_owner(identity, now),
                        .revision = now.epoch.revision,
                        .caught_up = has_caught_up(caught_up, identity, role)});
    }
  }
  return stakes;
}

bool holds_context(const Identity& identity, NamingContextId context) {
  return std::ranges::find(identity.contexts, context, &NamingContextHead::id) !=
         identity.contexts.end();
}

}  // namespace

// ── Who has what ─────────────────────────────────────────────────────────────────────────────────

base::Duration World::since_boot(const Actor& actor) const {
  const auto& [offset, rate] = actor.clock_since_boot;
  return offset + now_.time_since_epoch() * rate / 1000;
}

std::optional<Leases> World::leases_of(const Actor& actor) const {
  if (!actor.fence) return std::nullopt;
  return actor.fence->keeper.hold().at(since_boot(actor));
}

CaughtUp World::caught_up(const Actor& actor) const {
  CaughtUp now = actor.engine->caught_up();
  now.leases = leases_of(actor);  // which end by themselves
  return now;
}

void World::begin_at_fence(Actor& actor) {
  ++actor.looks;
  actor.fence.reset();
  if (!actor.fenced) return;
  if (!arbiter_) arbiter_ = std::make_unique<Arbiter>();
  const auto place = std::distance(actors_.begin(), actors_.find(actor.identity.controller));
  actor.fence = std::make_unique<Actor::AtFence>(*arbiter_, actor.identity.invocation, rng_,
                                                 kTurn * (place % 10));
  actor.fence->way.lost_of_ten = actor.fence_away ? kAll : lost_at_fence_;
  at(now_ + kTurn, Look{.whose = actor.identity.controller, .chain = actor.looks});
}

void World::look_at_fence_again(Actor& actor) {
  at(now_ + kLook, Look{.whose = actor.identity.controller, .chain = actor.looks});
  look_at_fence(actor);
}

void World::look_at_fence(Actor& actor) {
  Actor::AtFence& fence = *actor.fence;
  const auto snapshot = actor.store->read();
  CaughtUp heard = actor.engine->caught_up();
  heard.leases.reset();
  if (fence.stakes_at != snapshot->highest_usn() || fence.heard != heard) {
    fence.stakes = stakes_of(*snapshot, actor.identity, heard);
    fence.stakes_at = snapshot->highest_usn();
    fence.heard = std::move(heard);
  }
  arbiter_->now = now_.time_since_epoch();
  const auto holds = [&](const RoleId& role, const Handover& given) {
    if (!holds_context(actor.identity, role.scope)) return true;
    return snapshot->vector(role.scope).covers(Stamp{.originator = given.giver, .usn = given.usn});
  };
  const auto writes = fence.keeper.round(fence.stakes, holds, since_boot(actor));
  if (broken_.empty()) broken_ = two_at_fence();
  if (leases_of(actor) != actor.leases) feed(actor, {});
  for (const TakeRole& take : writes) {
    const auto written = ask(actor, take);
    if (actor.fence.get() != &fence) return;  // it crashed
    tell(written ? fmt::format("the fence gives {} the role {} (revision {})", actor.name,
                               to_string(take.role.role), take.revision.value)
                 : fmt::format("{}: {}", actor.name, written.error().message));
    fence.keeper.wrote(take, written, since_boot(actor));
  }
}

// ── Writes that need a role ──────────────────────────────────────────────────────────────────────

// As the engine's thread does: what needs the fence's word is written again when that has come.
Result<Written> World::ask(Actor& actor, const Write& write) {
  constexpr int kTries = 3;
  WriteAsked asked{.id = 1, .write = write};
  for (int tries = 0; tries < kTries; ++tries) {
    feed(actor, {asked});
    if (actor.disk_is_full) {
      return fail(Errc::unavailable, fmt::format("{}: its disk is full", actor.name));
    }
    if (!actor.answer) {
      return fail(Errc::unavailable, fmt::format("{} crashed before it answered", actor.name));
    }
    const WriteAnswer answer = *std::exchange(actor.answer, std::nullopt);
    if (answer.needs.empty()) return answer.result;
    if (auto passes = ask_fence(actor, answer, asked); !passes) return fail(passes.error());
    if (!actor.freezes) continue;
    actor.held_back = std::move(asked);
    const base::Duration lasts = *std::exchange(actor.freezes, std::nullopt);
    auto frozen = freeze(actor.name, lasts);
    EXPECTS(frozen.has_value());
    return fail(Errc::unavailable, fmt::format("{} does not answer", actor.name));
  }
  return fail(Errc::unavailable, "others came between; ask again");
}

Result<void> World::ask_fence(Actor& actor, const WriteAnswer& answer, WriteAsked& again) {
  if (!actor.fence) return fail(Errc::unavailable, "the fence has gone; try again");
  arbiter_->now = now_.time_since_epoch();
  LeaseKeeper& keeper = actor.fence->keeper;
  again.passes = answer.needs;
  if (!answer.draw) return keeper.confirm(answer.needs, since_boot(actor));
  const auto drawn = keeper.draw(*answer.draw, answer.needs, since_boot(actor));
  if (!drawn) return fail(drawn.error());
  again.drawn = *drawn;
  return {};
}

// First it ends here, then at the fence (F7).
Result<void> World::give_at_fence(Actor& owner, const Actor& to, const RoleId& role) {
  const auto acts = may_act(*owner.store->read(), owner.identity, caught_up(owner), role);
  if (!acts) return acts;
  const Revision revision = leases_of(owner)->at(role);
  owner.fence->keeper.let_go(role);
  feed(owner, {});
  if (!owner.fence) return fail(Errc::unavailable, fmt::format("{} crashed", owner.name));
  partners::Pledge pledge{.to = to.identity.invocation,
                          .who = kPerson,
                          .why = {},
                          .request = fmt::format("{} {}", to.name, revision.value),
                          .handover = std::nullopt};
  if (holds_context(owner.identity, role.scope)) {
    const auto snapshot = owner.store->read();
    pledge.handover = {originator_in(*snapshot, role.scope, owner.identity.invocation),
                       snapshot->highest_usn()};
  }
  arbiter_->now = now_.time_since_epoch();
  return owner.fence->keeper.give_up(role, revision, pledge);
}

// `owner` is asked to give it first; null: nobody has it by the fence.
Result<void> World::take_at_fence(Actor& to, const RoleId& role, Actor* owner, Reply reply) {
  if (owner != nullptr) {
    const auto given = give_at_fence(*owner, to, role);
    if (given) tell(fmt::format("{} gives {} to {}", owner->name, to_string(role.role), to.name));
    const bool lost = given && reply == Reply::is_lost;
    if (!lost) (void)pull(to.name, owner->name, {});  // what the record's writer may lack
    if (!given || lost) return given;
    if (!to.fence) return fail(Errc::unavailable, fmt::format("{} crashed", to.name));
  }
  to.fence->keeper.want({.role = role, .revision = {}, .who = kPerson, .why = {}, .request = "r"});
  look_at_fence(to);
  const auto leases = leases_of(to);
  if (leases && leases->contains(role)) return {};
  return fail(Errc::unavailable, "the fence has not given it to us in time");
}

// ── What happens to it ───────────────────────────────────────────────────────────────────────────

Result<void> World::use_fence(std::string_view name, bool there) {
  Actor* one = name.empty() ? nullptr : find(name);
  if (!name.empty() && one == nullptr) {
    return fail(Errc::not_found, fmt::format("no controller named {}", name));
  }
  if (one == nullptr) options_.fence = there;
  for (auto& [id, actor] : actors_) {
    if ((one != nullptr && actor.get() != one) || actor->fenced == there) continue;
    actor->fenced = there;
    if (!actor->engine) continue;
    begin_at_fence(*actor);
    feed(*actor, {});
  }
  tell(fmt::format("fence {}{}{}", there ? "in" : "out", name.empty() ? "" : " at ", name));
  return {};
}

Result<void> World::cut_fence(std::string_view name, bool away) {
  Actor* one = name.empty() ? nullptr : find(name);
  if (!name.empty() && one == nullptr) {
    return fail(Errc::not_found, fmt::format("no controller named {}", name));
  }
  for (auto& [id, actor] : actors_) {
    if (one != nullptr && actor.get() != one) continue;
    actor->fence_away = away;
    if (actor->fence) actor->fence->way.lost_of_ten = away ? kAll : lost_at_fence_;
  }
  tell(fmt::format("fence {}{}{}", away ? "away" : "back",
                   name.empty() ? "" : (away ? " from " : " to "), name));
  return {};
}

void World::lose_at_fence(std::uint64_t of_ten) {
  lost_at_fence_ = of_ten;
  for (auto& [id, actor] : actors_) {
    if (actor->fence && !actor->fence_away) actor->fence->way.lost_of_ten = of_ten;
  }
}

// ── What must hold ───────────────────────────────────────────────────────────────────────────────

std::optional<std::uint64_t> World::counter(NamingContextId domain) const {
  if (!arbiter_) return std::nullopt;
  const auto at = arbiter_->counters.find(rid_of(domain));
  return at == arbiter_->counters.end() ? std::nullopt : std::optional(at->second.next);
}

// By its own clock no lease lasts longer than at the fence; whoever is frozen counts, too.
std::string World::two_at_fence() const {
  std::map<RoleId, std::string> holders;
  for (const auto& [id, actor] : actors_) {
    if (!actor->engine) continue;
    for (const auto& [role, revision] : leases_of(*actor).value_or(Leases{})) {
      const auto [at, first] = holders.try_emplace(role, actor->name);
      if (first) continue;
      return fmt::format("{} and {} both have a lease of {}", at->second, actor->name,
                         to_string(role.role));
    }
  }
  return {};
}

// Of what the counter gave; reserves are parted only without a fence.
std::string World::pools_overlap() const {
  if (!arbiter_ || !options_.settings.identifiers) return {};
  std::map<std::pair<NamingContextId, PoolKey>, NumberRange> all;
  for (const auto& [id, actor] : actors_) {
    const auto snapshot = actor->store->read();
    for (const NamingContextId domain : domains_of_identifiers(actor->identity)) {
      for (const Pool& pool : pools_of(*snapshot, domain)) {
        if (pool.key.kind != PoolKind::gap) all.emplace(std::pair(domain, pool.key), pool.numbers);
      }
    }
  }
  std::map<std::tuple<NamingContextId, PoolKind, NumberRange>, PoolKey> by_number;
  for (const auto& [key, numbers] : all) {
    const auto [at, first] =
        by_number.try_emplace({key.first, key.second.kind, numbers}, key.second);
    if (!first) return fmt::format("identifiers {} are two pools", to_string(numbers));
  }
  for (auto at = by_number.begin(); at != by_number.end(); ++at) {
    const auto next = std::next(at);
    if (next == by_number.end()) break;
    const auto& [domain, kind, numbers] = at->first;
    const auto& [next_domain, next_kind, next_numbers] = next->first;
    if (domain == next_domain && kind == next_kind && next_numbers.first <= numbers.last) {
      return fmt::format("the pools {} and {} overlap", to_string(numbers),
                         to_string(next_numbers));
    }
  }
  return {};
}

}  // namespace ringspan::replicator::simulator
