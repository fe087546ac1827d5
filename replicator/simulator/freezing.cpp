// Controllers that are stopped for a while and go on, as a process is by SIGSTOP and SIGCONT: what
// they are told meanwhile waits, and their clocks go on.

#include <utility>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {

using base::Errc;
using base::fail;
using base::Result;

bool World::is_frozen(const Actor& actor) const {
  return actor.frozen_until.has_value();
}

bool World::frozen(std::string_view name) const {
  const Actor* actor = find(name);
  return actor != nullptr && is_frozen(*actor);
}

Result<void> World::freeze(std::string_view name, base::Duration lasts, FreezePoint point) {
  const auto found = need(name);
  if (!found) return fail(found.error());
  Actor& actor = **found;
  if (point == FreezePoint::before_commit) {
    actor.freezes = lasts;
    return {};
  }
  actor.frozen_until = now_ + lasts;
  at(*actor.frozen_until, Thaw{.whose = actor.identity.controller});
  tell(fmt::format("{} is frozen", actor.name));
  return {};
}

// What would have it do something waits until it can.
bool World::postpone(const Occurrence& occurrence) {
  if (std::holds_alternative<Thaw>(occurrence)) return false;
  const ControllerId whose = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.packet; }) {
          return one.packet.to;
        } else {
          return one.whose;
        }
      },
      occurrence);
  const Actor& actor = this->actor(whose);
  if (!actor.engine || !is_frozen(actor)) return false;
  const auto* alarm = std::get_if<Alarm>(&occurrence);
  if (alarm == nullptr) {
    at(*actor.frozen_until, occurrence);
  }  // else it takes a step when it goes on
  return true;
}

// The write that it was stopped in is over before it looks at anything else.
void World::thaw(Actor& actor) {
  actor.frozen_until.reset();
  tell(fmt::format("{} goes on", actor.name));
  const auto held_back = std::exchange(actor.held_back, std::nullopt);
  if (held_back) {
    stirred_ = true;
    const Effects effects = actor.engine->step(std::vector<Event>{*held_back}, actor.clock(now_));
    carry_out(actor, effects);
    if (actor.answer && actor.answer->result) {
      tell(fmt::format("{} commits what it was stopped in", actor.name));
    }
    actor.answer.reset();
  }
  if (actor.engine) feed(actor, std::exchange(actor.waiting, {}));
}

}  // namespace ringspan::replicator::simulator
