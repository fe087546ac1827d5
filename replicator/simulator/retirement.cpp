// The world's controllers that leave it, and those that come to take writes.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contracts.hpp"
#include "replicator/configuration/retirement.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {

using base::Errc;
using base::fail;
using base::Result;

// It takes no writes any more, and another one gets what it alone holds. Who crashes meanwhile has
// not got it.
Result<void> World::hand_over(Actor& leaving, const Actor& to) {
  if (!leaving.identity.policy.retiring) {
    const auto stopped = write(
        leaving.name, configuration::retires(leaving.identity.controller, {"scenario", now_}));
    if (!stopped) return fail(stopped.error());
    tell(fmt::format("{} takes no writes any more", leaving.name));
  }
  const auto pulled = pull(to.name, leaving.name, {});
  if (!pulled) return fail(pulled.error());
  if (lacks_nothing(to, leaving)) return {};
  return fail(Errc::unavailable,
              fmt::format("{} alone holds something still; run it again", leaving.name));
}

Result<void> World::move_roles(const Actor& leaving, const Actor& to, bool alive,
                               std::string& done) {
  for (const sites::NamingContext& context : to.known->forest.naming_contexts) {
    for (const MasterRole role : kMasterRoles) {
      const RoleId scoped{role, context.id};
      if (!has_role(context.kind, role)) continue;
      if (ownership(to.name, scoped).owner != leaving.identity.controller) continue;
      const auto moved = alive ? transfer(scoped, to.name) : seize(scoped, to.name);
      if (!moved) return moved;
      done += fmt::format("{} {} {}\n", to.name, alive ? "takes over" : "seizes", to_string(role));
    }
  }
  return {};
}

// Of each naming context the latest that any other has heard of it.
std::string World::what_may_be_lost(const Actor& leaving) const {
  std::string told;
  for (const NamingContextHead& head : leaving.identity.contexts) {
    base::Time latest{};
    for (const auto& [id, other] : actors_) {
      if (id == leaving.identity.controller || other->retired) continue;
      const auto vector = other->store->read()->vector(head.id);
      for (const auto& [originator, cursor] : vector.cursors()) {
        if (name_of(originator) == leaving.name) latest = std::max(latest, cursor.time);
      }
    }
    told += fmt::format("{}: what {} wrote after {} may be lost\n", head.dn.to_string(),
                        leaving.name, base::to_string(latest));
  }
  return told;
}

// By what the store of `at` says now, whatever it knew before; Errc::exists if it has gone.
Result<configuration::Configuration> World::without_whom(const Actor& at,
                                                         const Actor& leaving) const {
  const auto standing =
      configuration::read(*at.store->read(), configuration::configuration_of(forest_));
  const ControllerId id = leaving.identity.controller;
  if (!standing || !at.known) return fail(Errc::refused, "the forest needs 'configuration'");
  if (sites::find_controller(standing->forest, id) == nullptr) {
    return fail(Errc::exists, fmt::format("{} is not in the forest any more", leaving.name));
  }
  const auto reasons = configuration::why_needed(standing->forest, standing->keys, id);
  if (!reasons.empty()) return fail(Errc::refused, fmt::format("{}", fmt::join(reasons, "\n")));
  return *standing;
}

Result<std::string> World::retire(std::string_view name, std::string_view at,
                                  std::string_view to_name) {
  const auto doer = need(at);
  const auto to = need(to_name);
  if (!doer) return fail(doer.error());
  if (!to) return fail(to.error());
  Actor& leaving = *find(name);
  if (*doer == &leaving || *to == &leaving || (*doer)->identity.read_only) {
    return fail(Errc::refused, fmt::format("{} cannot be retired by {}", name, at));
  }
  if (auto standing = without_whom(**doer, leaving); !standing) return fail(standing.error());
  const bool alive = can_ask(**doer, leaving);
  const bool writes = !leaving.identity.read_only;
  std::string done = alive || !writes ? std::string() : what_may_be_lost(leaving);
  if (alive && writes) {
    if (auto handed = hand_over(leaving, **to); !handed) return fail(handed.error());
  }
  if (auto moved = move_roles(leaving, **to, alive, done); !moved) return fail(moved.error());
  const auto standing = without_whom(**doer, leaving);  // it may have heard more meanwhile
  if (!standing) return fail(standing.error());
  const ControllerId id = leaving.identity.controller;
  const auto removed = apply(at, configuration::without(standing->forest, id));
  if (!removed) return fail(removed.error());
  leaving.retired = true;
  tell(fmt::format("{} is retired", name));
  return done;
}

// It was asked to go, and hears that it has gone.
void World::leave(Actor& actor) {
  if (!actor.engine) return;
  actor.retired = true;
  actor.has_left = true;
  const auto stopped = stop(actor.name);
  EXPECTS(stopped.has_value());
  tell(fmt::format("{} has left for good", actor.name));
}

Result<Written> World::promote(std::string_view name, std::string_view at) {
  auto wanted = definition(at);
  if (!wanted) return fail(wanted.error());
  const ControllerId id = find(name)->identity.controller;
  for (sites::Controller& controller : wanted->controllers) {
    if (controller.id == id) controller.read_only = false;
  }
  const auto& standing = *find(at)->known;
  const auto obstacles = configuration::obstacles(standing, *wanted);
  if (!obstacles.empty()) {
    return fail(Errc::refused, fmt::format("{}", fmt::join(obstacles, "\n")));
  }
  return apply(at, *wanted);
}

std::string_view World::state(std::string_view name) const {
  const Actor* actor = find(name);
  EXPECTS(actor != nullptr);
  const ReplicaPolicy& policy = actor->identity.policy;
  if (!actor->engine) return "stopped";
  if (actor->identity.quarantined) return "quarantined";
  if (actor->expired && (policy.expired || actor->turned_out.holds(actor->clock(now_)))) {
    return "expired";
  }
  if (actor->turned_out.holds(actor->clock(now_))) return "turned-out";
  if (actor->disk_is_full) return "halted";
  if (actor->identity.read_only) return policy.promoted ? "promoting" : "read-only";
  return policy.retiring ? "retiring" : "serving";
}

}  // namespace ringspan::replicator::simulator
