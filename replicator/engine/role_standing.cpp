#include "replicator/engine/role_standing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "replicator/engine/rollback.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;

bool holds_what_was_given(const Snapshot& snapshot, const Identity& identity,
                          const Ownership& ownership) {
  if (!ownership.handover) return true;
  const NamingContextId scope = ownership.role.scope;
  const bool held = std::ranges::find(identity.contexts, scope, &NamingContextHead::id) !=
                    identity.contexts.end();
  const auto& [giver, usn] = *ownership.handover;
  return !held || snapshot.vector(scope).covers(Stamp{.originator = giver, .usn = usn});
}

std::string why_quarantined(const Snapshot& snapshot, const Identity& identity) {
  const auto quarantine = quarantine_of(snapshot, identity.invocation);
  return sentence(snapshot, identity, quarantine.value_or(Quarantine{}));
}

}  // namespace

// The schema as well where that is what the owner changes.
bool has_caught_up(const CaughtUp& caught_up, const Identity& identity, const RoleId& role) {
  if (caught_up.alone || caught_up.seized.contains(role)) return true;
  if (!caught_up.contexts.contains(configuration_among(identity.contexts))) return false;
  return role.role != MasterRole::schema || caught_up.contexts.contains(role.scope);
}

std::string_view to_string(RoleStanding standing) {
  switch (standing) {
    case RoleStanding::not_owner:
      return "not_owner";
    case RoleStanding::handing_over:
      return "handing_over";
    case RoleStanding::catching_up:
      return "catching_up";
    case RoleStanding::without_lease:
      return "without_lease";
    case RoleStanding::quarantined:
      return "quarantined";
    case RoleStanding::effective:
      return "effective";
  }
  return "";
}

bool is_owner(const Identity& identity, const Ownership& ownership) {
  if (ownership.owner != ControllerId{}) return ownership.owner == identity.controller;
  return ownership.epoch.owner == identity.invocation;
}

RoleStanding standing_of(const Snapshot& snapshot, const Identity& identity,
                         const CaughtUp& caught_up, const Ownership& ownership) {
  if (!is_owner(identity, ownership)) return RoleStanding::not_owner;
  if (identity.quarantined) return RoleStanding::quarantined;
  if (caught_up.leases) {
    const auto lease = caught_up.leases->find(ownership.role);
    const bool lasts =
        lease != caught_up.leases->end() && lease->second == ownership.epoch.revision;
    return lasts ? RoleStanding::effective : RoleStanding::without_lease;
  }
  if (!has_caught_up(caught_up, identity, ownership.role)) return RoleStanding::catching_up;
  if (!holds_what_was_given(snapshot, identity, ownership)) return RoleStanding::handing_over;
  return RoleStanding::effective;
}

base::Result<void> may_act(const Snapshot& snapshot, const Identity& identity,
                           const CaughtUp& caught_up, const RoleId& role) {
  const Ownership now = ownership_of(snapshot, configuration_among(identity.contexts), role);
  const std::string_view word = to_string(role.role);
  const std::string me = name_of(snapshot, identity.controller);
  switch (standing_of(snapshot, identity, caught_up, now)) {
    case RoleStanding::effective:
      return {};
    case RoleStanding::not_owner: {
      const std::string owner = name_of(snapshot, now.owner);
      return fail(Errc::refused,
                  fmt::format("{} role: belongs to {}, and only its owner does this; do it there "
                              "(--at {})",
                              word, owner, owner));
    }
    case RoleStanding::catching_up:
      return fail(Errc::unavailable,
                  fmt::format("{0} role: {1} has it, but has not synchronised since it started and "
                              "may have been replaced; wait until it hears a partner, or, if none "
                              "is left: ringspan role seize {0} --at {1}",
                              word, me));
    case RoleStanding::quarantined:
      return fail(Errc::refused, why_quarantined(snapshot, identity));
    case RoleStanding::without_lease:
      return fail(Errc::unavailable,
                  fmt::format("{} role: {} has it, but no lease of the fence; it acts again, or "
                              "another does, when the fence can be reached: ringspan roles",
                              word, me));
    case RoleStanding::handing_over:
      return fail(Errc::unavailable,
                  fmt::format("{} role: {} has got it, but not yet all that the former owner did; "
                              "it acts when that has been replicated here",
                              word, me));
  }
  return {};
}

base::Result<void> may_issue(const Snapshot& snapshot, const Identity& identity,
                             const CaughtUp& caught_up, NamingContextId domain) {
  const std::string me = name_of(snapshot, identity.controller);
  if (identity.quarantined) return fail(Errc::refused, why_quarantined(snapshot, identity));
  if (caught_up.alone || caught_up.confirmed.contains(domain)) return {};
  return fail(Errc::unavailable,
              fmt::format("{}: no partner has confirmed yet what it had issued when it started; "
                          "wait until it hears one, or, if none is left and its disk was not put "
                          "back: ringspan id new --alone",
                          me));
}

}  // namespace ringspan::replicator
