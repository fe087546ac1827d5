// What is done to the controllers of a world: stopped, crashed, paused, put back, retired.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kcc/plan.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/promotion.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"
#include "replicator/store/memory_store.hpp"

namespace ringspan::replicator::simulator {

using base::Errc;
using base::fail;
using base::Result;

Result<void> World::stop(std::string_view name) {
  Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  if (!actor->engine) return fail(Errc::refused, fmt::format("{} is stopped already", name));
  actor->engine.reset();
  actor->fence.reset();
  actor->frozen_until.reset();
  actor->freezes.reset();
  actor->held_back.reset();
  actor->waiting.clear();
  for (auto& [id, other] : actors_)
    part(id, actor->identity.controller);
  tell(fmt::format("{} stops", name));
  return {};
}

Result<void> World::start(std::string_view name) {
  Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  if (actor->engine) return fail(Errc::refused, fmt::format("{} is running", name));
  if (actor->has_left) return fail(Errc::refused, fmt::format("{} was retired", name));
  tell(fmt::format("{} starts", name));
  boot(*actor);
  for (auto& [id, other] : actors_)
    reconnect(id, actor->identity.controller);
  return {};
}

Result<void> World::crash(std::string_view name, CrashPoint point) {
  if (point == CrashPoint::now) {
    if (auto stopped = stop(name); !stopped) return stopped;
    return start(name);
  }
  auto actor = need(name);
  if (!actor) return fail(actor.error());
  (*actor)->crash = point;
  return {};
}

Result<void> World::set_clock(std::string_view name, base::Duration offset) {
  auto actor = need(name);
  if (!actor) return fail(actor.error());
  (*actor)->clock_offset = offset;
  feed(**actor, {});  // its alarm stands by its own clock
  return {};
}

// ── Paused ───────────────────────────────────────────────────────────────────────────────────────

Result<void> World::pause(std::string_view name, Direction direction, bool paused) {
  auto found = need(name);
  if (!found) return fail(found.error());
  Actor& actor = **found;
  bool& flag = direction == Direction::inbound ? actor.paused_inbound : actor.paused_outbound;
  if (flag == paused) {
    return fail(Errc::refused,
                fmt::format("{} is {} already", name, paused ? "paused" : "running"));
  }
  flag = paused;
  tell(fmt::format("{} {} {}", name, paused ? "pauses" : "resumes",
                   direction == Direction::inbound ? "inbound" : "outbound"));
  if (direction == Direction::inbound) {
    use_partners(actor);
  } else if (!paused) {
    feed(actor, {OfferedAgain{}});
  }
  return {};
}

// ── Put back ─────────────────────────────────────────────────────────────────────────────────────

Result<void> World::snapshot(std::string_view name, const std::string& label) {
  auto actor = need(name);
  if (!actor) return fail(actor.error());
  auto* store = dynamic_cast<store::MemoryStore*>((*actor)->store.get());
  if (store == nullptr) return fail(Errc::refused, "this store makes no images");
  (*actor)->images[label] = {.store = store->copy(), .invocation = (*actor)->identity.invocation};
  return {};
}

// A supported restore: another invocation id before anything else, and the former one is an
// originator like any other, whose later writes are pulled back.
Result<void> World::restore(std::string_view name, const std::string& label) {
  Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  const auto image = actor->images.find(label);
  if (image == actor->images.end()) {
    return fail(Errc::not_found, fmt::format("{}: no snapshot of {}", label, name));
  }
  if (actor->engine) {
    if (auto stopped = stop(name); !stopped) return stopped;
  }
  const InvocationId former = image->second.invocation;
  actor->former.insert(actor->identity.invocation);
  actor->identity.invocation = InvocationId(rng_.guid());
  if (actor->controller.read_only && !promoted_as(*image->second.store->read())) {
    actor->identity.read_only = true;
  }
  actor->store = image->second.store->copy();
  actor->edges.clear();  // what came after the snapshot comes again
  const auto transaction = actor->store->begin();
  for (const NamingContextId context : transaction->contexts()) {
    UpToDatenessVector vector = transaction->vector(context);
    vector.merge(originator_in(*transaction, context, former),
                 {.usn = transaction->highest_usn(), .time = now_});
    transaction->set_vector(context, vector);
  }
  transaction->commit();
  tell(fmt::format("{} is restored to {}", name, label));
  return start(name);
}

// ── Retired ──────────────────────────────────────────────────────────────────────────────────────

Result<void> World::retire(std::string_view name) {
  Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  if (actor->retired) return fail(Errc::refused, fmt::format("{} was retired", name));
  if (actor->engine) {
    if (auto stopped = stop(name); !stopped) return stopped;
  }
  actor->retired = true;
  actor->has_left = true;
  std::erase_if(forest_.controllers, [&](const sites::Controller& controller) {
    return controller.id == actor->identity.controller;
  });
  plan_ = kcc::plan(forest_);
  for (auto& [id, other] : actors_) {
    if (other->retired) continue;
    other->joined = forest_;
    other->plan = plan_;
    if (other->engine) use_partners(*other);
  }
  tell(fmt::format("{} is retired", name));
  return {};
}

}  // namespace ringspan::replicator::simulator
