// The world's roles: given, seized, and who believes to have them.

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/engine/role_standing.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

constexpr const char* kPerson = "scenario";

}  // namespace

using base::Errc;
using base::fail;
using base::Result;

Ownership World::ownership(std::string_view by, const RoleId& role) const {
  const Actor* actor = find(by);
  EXPECTS(actor != nullptr);
  return ownership_of(*actor->store->read(), configuration_among(actor->identity.contexts), role);
}

RoleStanding World::role_standing(std::string_view by, const RoleId& role) const {
  const Actor* actor = find(by);
  EXPECTS(actor != nullptr && actor->engine);
  return standing_of(*actor->store->read(), actor->identity, caught_up(*actor),
                     ownership(by, role));
}

World::Actor* World::owner_within_reach(const Actor& from, const RoleId& role) const {
  const auto owner = actors_.find(ownership(from.name, role).owner);
  if (owner == actors_.end() || !can_ask(from, *owner->second)) return nullptr;
  if (is_frozen(*owner->second)) return nullptr;
  return owner->second.get();
}

std::string World::owner_for(std::string_view at, const RoleId& role) const {
  const Actor* actor = find(at);
  EXPECTS(actor != nullptr);
  const Actor* owner = owner_within_reach(*actor, role);
  return owner == nullptr ? actor->name : owner->name;
}

Result<void> World::ask_for_role(Actor& to, const RoleId& role, Reply reply) {
  const Ownership known = ownership(to.name, role);
  if (is_owner(to.identity, known))
    return to.fence ? take_at_fence(to, role, nullptr, reply) : Result<void>{};
  Actor* owner = owner_within_reach(to, role);
  if (owner == nullptr) {
    const auto named = actors_.find(known.owner);
    return fail(Errc::unavailable,
                fmt::format("{} does not answer {}",
                            named == actors_.end() ? "the owner" : named->second->name, to.name));
  }
  if (to.fence && owner->fence) return take_at_fence(to, role, owner, reply);
  const auto given = ask(*owner, GiveRole{.role = role,
                                          .to = to.identity.controller,
                                          .invocation = to.identity.invocation,
                                          .who = kPerson,
                                          .why = {},
                                          .request = {}});
  if (given) {
    tell(fmt::format("{} gives {} to {}{}", owner->name, to_string(role.role), to.name,
                     reply == Reply::is_lost ? ", but the answer is lost" : ""));
    if (reply == Reply::is_lost) return {};
  }
  const auto pulled = pull(to.name, owner->name, {});
  if (!given) return fail(given.error());
  return pulled ? Result<void>{} : fail(pulled.error());
}

// Who it asked may have been replaced; it learns that from the answer, and asks the next.
Result<void> World::transfer(const RoleId& role, std::string_view to_name, Reply reply) {
  constexpr int kTries = 3;
  const auto to = need(to_name);
  if (!to) return fail(to.error());
  if ((*to)->identity.quarantined) return fail(Errc::refused, quarantine(to_name));
  if ((*to)->identity.read_only) {
    return fail(Errc::refused, fmt::format("{} is read-only and owns no role", (*to)->name));
  }
  const auto leases = leases_of(**to);
  const bool without_lease = leases && !leases->contains(role);
  if (is_owner((*to)->identity, ownership(to_name, role)) && !without_lease) {
    return fail(Errc::exists, fmt::format("{} has it already", (*to)->name));
  }
  Result<void> asked;
  for (int i = 0; i < kTries; ++i) {
    const ControllerId owner = ownership(to_name, role).owner;
    asked = ask_for_role(**to, role, reply);
    if (asked || ownership(to_name, role).owner == owner) break;
  }
  return asked;
}

Result<void> World::seize(const RoleId& role, std::string_view at) {
  const auto actor = need(at);
  if (!actor) return fail(actor.error());
  if ((*actor)->identity.quarantined) return fail(Errc::refused, quarantine(at));
  if ((*actor)->fence && ownership(at, role).epoch.revision != Revision{}) {
    return fail(Errc::refused,
                fmt::format("{} role: a fence decides who has it, and replaces its owner by itself "
                            "when that one's lease is over",
                            to_string(role.role)));
  }
  const bool has_it = is_owner((*actor)->identity, ownership(at, role));
  if (has_it && role_standing(at, role) == RoleStanding::effective) {
    return fail(Errc::exists, fmt::format("{} has it already", (*actor)->name));
  }
  if (!has_it && transfer(role, at)) return {};
  if ((*actor)->fence) return take_at_fence(**actor, role, nullptr, Reply::arrives);
  const auto seized = ask(**actor, SeizeRole{.role = role, .who = kPerson, .why = {}});
  if (!seized) return fail(seized.error());
  tell(fmt::format("{} seizes {}", (*actor)->name, to_string(role.role)));
  return {};
}

// Of a fence its leases decide (two_at_fence). Until somebody seizes it, or is put back from a copy
// that knows less, no role has two that believe to own it, at any moment.
std::string World::two_owners() const {
  if (arbiter_) return two_at_fence();
  std::map<RoleId, std::vector<std::string>> owners;
  std::set<RoleId> seized;
  for (const auto& [id, actor] : actors_) {
    if (!actor->former.empty()) return {};
    const auto snapshot = actor->store->read();
    const NamingContextId configuration = configuration_among(actor->identity.contexts);
    for (const NamingContextHead& head : actor->identity.contexts) {
      for (const MasterRole role : kMasterRoles) {
        if (!has_role(head.kind, role)) continue;
        const RoleId scoped{role, head.id};
        const auto history = history_of(*snapshot, configuration, scoped);
        for (const Ownership& one : history) {
          if (one.gained == Gained::seize) seized.insert(scoped);
        }
        if (actor->engine && is_owner(actor->identity, history.back())) {
          owners[scoped].push_back(actor->name);
        }
      }
    }
  }
  for (const auto& [role, names] : owners) {
    if (names.size() < 2 || seized.contains(role)) continue;
    return fmt::format("{} and {} both believe to own {}", names[0], names[1],
                       to_string(role.role));
  }
  return {};
}

}  // namespace ringspan::replicator::simulator
