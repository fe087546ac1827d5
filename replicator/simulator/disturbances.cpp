// What is done to the controllers of a world: stopped, crashed, paused, put back, retired.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kcc/plan.hpp"
#include "replicator/engine/promotion.hpp"
#include "replicator/engine/recovery.hpp"
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
  tell(fmt::format("the clock of {} is {} {}", name,
                   base::to_string(offset < base::Duration{} ? -offset : offset),
                   offset < base::Duration{} ? "behind" : "ahead"));
  feed(**actor, {});  // its alarm stands by its own clock
  return {};
}

// As the node does it: what was under way is lost with its step, and it opens itself anew when a
// write succeeds again.
Result<void> World::set_disk(std::string_view name, bool full) {
  Actor* found = find(name);
  if (found == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  Actor& actor = *found;
  if (actor.disk_is_full == full) {
    return fail(Errc::refused,
                fmt::format("the disk of {} is {} already", name, full ? "full" : "free"));
  }
  tell(fmt::format("the disk of {} is {}", name, full ? "full" : "free again"));
  actor.disk_is_full = full;
  return full || !actor.engine ? Result<void>{} : crash(name);
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
  (*actor)->images[label] = {
      .store = store->copy(), .invocation = (*actor)->identity.invocation, .time = now_};
  return {};
}

void World::put_image_back(Actor& actor, const std::string& label) {
  const Actor::Image& image = actor.images.at(label);
  actor.former.insert(actor.identity.invocation);
  actor.identity.invocation = image.invocation;
  if (actor.controller.read_only && !promoted_as(*image.store->read())) {
    actor.identity.read_only = true;
  }
  actor.store = image.store->copy();
  actor.edges.clear();  // what came after the snapshot comes again
}

// A supported restore: another invocation id before anything else, and the former one is an
// originator like any other, whose later writes are pulled back.
Result<void> World::restore(std::string_view name, const std::string& label) {
  Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  if (!actor->images.contains(label)) {
    return fail(Errc::not_found, fmt::format("{}: no snapshot of {}", label, name));
  }
  if (now_ - actor->images.at(label).time > forest_.policy.tombstone_lifetime) {
    return fail(Errc::refused, fmt::format("{}: is older than the tombstone lifetime", label));
  }
  if (actor->engine) {
    if (auto stopped = stop(name); !stopped) return stopped;
  }
  put_image_back(*actor, label);
  const InvocationId former = actor->identity.invocation;
  actor->former.insert(former);
  actor->identity.invocation = InvocationId(rng_.guid());
  for (auto& [id, other] : actors_)
    drop_uncovered(*other, actor->identity.controller);
  const auto transaction = actor->store->begin();
  begin_life(*transaction, former, actor->identity.invocation, std::nullopt, now_);
  transaction->commit();
  tell(fmt::format("{} is restored to {}", name, label));
  return start(name);
}

Result<void> World::rollback(std::string_view name, const std::string& label) {
  Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  if (!actor->images.contains(label)) {
    return fail(Errc::not_found, fmt::format("{}: no snapshot of {}", label, name));
  }
  if (actor->engine) {
    if (auto stopped = stop(name); !stopped) return stopped;
  }
  put_image_back(*actor, label);
  const Usn now_at = actor->store->read()->highest_usn();
  const auto [at, first] = put_back_.emplace(actor->identity.invocation, now_at);
  at->second = std::min(at->second, now_at);
  tell(fmt::format("the disk of {} is put back to {}", name, label));
  return start(name);
}

Result<std::uint64_t> World::recover(std::string_view name) {
  auto found = need(name);
  if (!found) return fail(found.error());
  Actor& actor = **found;
  if (!actor.identity.quarantined) {
    return fail(Errc::refused, fmt::format("{} is not quarantined", name));
  }
  const Effects effects = actor.engine->step(std::vector<Event>{RecoverAsked{}}, actor.clock(now_));
  for (const Finding& finding : effects.findings)
    tell(fmt::format("{}: {}", actor.name, finding.text));
  if (!effects.recovery) return fail(Errc::refused, effects.findings.front().text);
  actor.former.insert(std::exchange(actor.identity.invocation, effects.recovery->invocation));
  const std::uint64_t renewed = effects.recovery->renewed.size();
  actor.edges.clear();
  if (auto stopped = stop(name); !stopped) return fail(stopped.error());
  if (auto started = start(name); !started) return fail(started.error());
  return renewed;
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
