// The world's controllers that were silent for too long: declared so, refused, and begun anew.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/configuration/expiry.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

constexpr const char* kNoKey = "-";  // where the definition is not in the directory
constexpr base::Duration kReconnects = 1s;

bool says_expired(const Snapshot& snapshot, ControllerId id) {
  const auto row = snapshot.find(ObjectId(id.value));
  if (!row || row->deleted) return false;
  const Object object = stored_object(*row);
  const auto at = object.attributes.find(configuration::kExpired);
  return at != object.attributes.end() && !at->second.values.empty() &&
         configuration::parse_expiry(at->second.values.front(), kNoKey).has_value();
}

}  // namespace

using base::Errc;
using base::fail;
using base::Result;

Result<void> World::expire(std::string_view name) {
  Actor* silent = find(name);
  if (silent == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  if (silent->is_out()) return fail(Errc::refused, fmt::format("{} is no member any more", name));
  Actor* doer = nullptr;
  for (auto& [id, actor] : actors_) {
    if (actor.get() == silent || !actor->engine || actor->is_out() || actor->identity.read_only) {
      continue;
    }
    if (doer == nullptr || (!owns_infrastructure(*doer) && owns_infrastructure(*actor))) {
      doer = actor.get();
    }
  }
  if (doer == nullptr) return fail(Errc::unavailable, "nobody else takes writes");
  return write_expiry(*doer, silent->identity.controller, "scenario");
}

bool World::owns_infrastructure(const Actor& actor) const {
  const auto snapshot = actor.store->read();
  return std::ranges::any_of(actor.identity.contexts, [&](const NamingContextHead& head) {
    return head.kind == sites::NamingContextKind::domain && actor.identity.may_write(head.id) &&
           may_act(*snapshot, actor.identity, actor.engine->caught_up(),
                   {MasterRole::infrastructure, head.id});
  });
}

Result<void> World::write_expiry(Actor& at, ControllerId silent, const std::string& who) {
  Actor& expired = actor(silent);
  const configuration::Pause since{who, at.clock(now_)};
  std::string key = kNoKey;
  if (at.known) {
    const auto member = at.known->keys.find(silent);
    if (member == at.known->keys.end()) {
      return fail(Errc::refused, fmt::format("{} is no member at {}", expired.name, at.name));
    }
    key = member->second;
  }
  const Set says = configuration::expires(silent, key, since);
  Write write = says;
  if (!at.store->read()->find(ObjectId(silent.value))) {
    const auto head = std::ranges::find(
        at.identity.contexts, sites::NamingContextKind::configuration, &NamingContextHead::kind);
    sites::Dn dn = head->dn;
    dn.rdns.insert(dn.rdns.begin(), sites::Rdn{.type = "cn", .value = expired.name});
    write = Add{.dn = std::move(dn), .attributes = says.attributes, .id = ObjectId(silent.value)};
  }
  const auto written = this->write(at.name, write);
  if (!written) return fail(written.error());
  expired.expired = true;
  tell(fmt::format("{} declares {} expired", at.name, expired.name));
  return {};
}

// As the effective owner of the role infrastructure does when it is due.
void World::expire_silent(Actor& actor, const std::set<ControllerId>& silent) {
  if (!owns_infrastructure(actor)) return;
  for (const ControllerId id : silent) {
    if (actor.expired_here.contains(id) || !actors_.contains(id)) continue;
    (void)write_expiry(actor, id, actor.name);  // tried again as long as it is silent
    if (!actor.engine) return;
  }
}

// What has changed in its copy of the configuration.
void World::follow_expiries(Actor& actor) {
  std::set<ControllerId> expired;
  const auto snapshot = actor.store->read();
  if (actor.known) {
    for (const auto& [id, pauses] : actor.known->pauses) {
      if (pauses.expired) expired.insert(id);
    }
  } else {
    for (const sites::Controller& controller : forest_.controllers) {
      if (says_expired(*snapshot, controller.id)) expired.insert(controller.id);
    }
  }
  if (std::exchange(actor.expired_here, expired) == expired) {
    return feed(actor, {configuration::members_in(actor.joined, *snapshot)});
  }
  const ControllerId me = actor.identity.controller;
  if (!actor.known) {
    actor.identity.policy.expired = expired.contains(me);
    feed(actor, {PolicyChanged{.policy = actor.identity.policy}});
    actor.joined = forest_;
    std::erase_if(actor.joined.controllers, [&](const sites::Controller& one) {
      return one.id != me && expired.contains(one.id);
    });
    actor.plan = kcc::plan(actor.joined);
  }
  use_partners(actor);
}

// Who hears often enough that it is expired believes it.
std::string World::why_expired(const Actor& source, Actor& asks) {
  if (asks.turned_out.refused(source.identity.controller, asks.clock(now_))) {
    tell(fmt::format("{} answers nobody any more", asks.name));
    for (auto& [id, other] : actors_)
      at(now_ + kReconnects, Reconnection{.whose = id, .source = asks.identity.controller});
  }
  return fmt::format(
      "{} says that {} is expired, since nobody had heard of it for too long; have "
      "it join anew",
      source.name, asks.name);
}

// With an empty disk, another invocation id and another key.
Result<void> World::begin_anew(Actor& expired, Actor& inviter) {
  const ControllerId id = expired.identity.controller;
  if (expired.engine) {
    if (auto stopped = stop(expired.name); !stopped) return stopped;
  }
  Write admits =
      Unset{.target = ObjectId(id.value), .attributes = {std::string(configuration::kExpired)}};
  if (inviter.known) {
    const auto* controller = sites::find_controller(inviter.known->forest, id);
    admits = configuration::membership(id, expired.name + "-" + rng_.guid().to_string(),
                                       configuration::slot_for(inviter.known->forest, *controller));
  }
  const auto admitted = write(inviter.name, admits);
  if (!admitted) return fail(admitted.error());
  tell(fmt::format("{} joins anew at {}", expired.name, inviter.name));
  expired.former.insert(std::exchange(expired.identity.invocation, InvocationId(rng_.guid())));
  expired.identity.read_only = expired.controller.read_only;
  expired.identity.policy.expired = false;
  expired.store = options_.make_store();
  expired.expired = false;
  expired.has_started = false;
  expired.expired_here.clear();
  expired.edges.clear();
  expired.had.clear();
  expired.asked.clear();
  expired.known.reset();
  expired.turned_out = {};
  expired.inviter.reset();
  if (inviter.known) expired.inviter = inviter.identity.controller;
  expired.joined = inviter.known ? inviter.known->forest : forest_;
  expired.plan = plan_;
  boot(expired);
  for (auto& [other, unused] : actors_)
    reconnect(other, id);
  return {};
}

}  // namespace ringspan::replicator::simulator
