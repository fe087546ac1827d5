// The world's controllers that were silent for too long: declared so, refused, and begun anew.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/configuration/expiry.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kReconnects = 1s;

// Where the definition is not in the directory, a member's object comes with its first expiry.
Write says_of_member(const Snapshot& snapshot, const Identity& at, const sites::Controller& member,
                     Values values) {
  const ObjectId id(member.id.value);
  if (snapshot.find(id)) return Set{.target = id, .attributes = std::move(values)};
  const auto head = std::ranges::find(at.contexts, sites::NamingContextKind::configuration,
                                      &NamingContextHead::kind);
  sites::Dn dn = head->dn;
  dn.rdns.insert(dn.rdns.begin(), sites::Rdn{.type = "cn", .value = member.name});
  return Add{.dn = std::move(dn), .attributes = std::move(values), .id = id};
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
  const auto key = known_key(at, expired);
  if (!key) return fail(Errc::refused, fmt::format("{} is no member at {}", expired.name, at.name));
  const Set says = configuration::expires(silent, *key, since);
  const auto written = write(
      at.name, says_of_member(*at.store->read(), at.identity, expired.controller, says.attributes));
  if (!written) return fail(written.error());
  somebody_expired_ = true;
  expired.expired |= *key == expired.key;
  tell(fmt::format("{} declares {} expired", at.name, expired.name));
  return {};
}

// As the effective owner of the role infrastructure does when it is due.
void World::expire_silent(Actor& actor, const std::set<ControllerId>& silent) {
  if (!owns_infrastructure(actor)) return;
  for (const ControllerId id : silent) {
    const auto standing = actor.standings.find(id);
    if (!actors_.contains(id) ||
        (standing != actor.standings.end() && standing->second.expired())) {
      continue;
    }
    (void)write_expiry(actor, id, actor.name);  // tried again as long as it is silent
    if (!actor.engine) return;
  }
}

// By its copy of the configuration, and meant of this life of the other: with the key that it
// shows.
bool World::is_expired(const Actor& by, const Actor& whom) {
  const auto standing = by.standings.find(whom.identity.controller);
  return standing != by.standings.end() &&
         configuration::parse_expiry(standing->second.expiry, whom.key).has_value();
}

// The key that this copy of the configuration has of a member; who has no copy yet takes any. Where
// the definition is not in the directory all begin as members, each with its name for a key.
std::optional<std::string> World::known_key(const Actor& by, const Actor& whom) const {
  const ControllerId id = whom.identity.controller;
  if (!options_.configuration) {
    const auto standing = by.standings.find(id);
    if (standing != by.standings.end()) return standing->second.key;
    const bool knows = whom.key == whom.name ||
                       has_arrived(*by.store->read(), configuration::configuration_of(forest_),
                                   by.identity.invocation);
    return knows ? whom.name : whom.key;
  }
  if (!by.known) return whom.key;
  const auto key = by.known->keys.find(id);
  return key == by.known->keys.end() ? std::nullopt : std::optional(key->second);
}

// What has changed in its copy of the configuration.
void World::follow_expiries(Actor& actor) {
  const auto snapshot = actor.store->read();
  std::map<ControllerId, Actor::Standing> standings;
  for (const auto& [id, other] : actors_) {
    const std::string expiry = configuration::expiry_text(*snapshot, id);
    const std::string key = configuration::key_text(*snapshot, id);
    if (expiry.empty() && key.empty()) continue;
    standings[id] = {.expiry = expiry, .key = key.empty() ? other->name : key};
  }
  if (std::exchange(actor.standings, standings) == standings) {
    return feed(actor, {configuration::members_in(actor.joined, *snapshot)});
  }
  if (!options_.configuration) {
    actor.identity.policy.expired = is_expired(actor, actor);
    feed(actor, {PolicyChanged{.policy = actor.identity.policy}});
    actor.joined = forest_;
    std::erase_if(actor.joined.controllers, [&](const sites::Controller& one) {
      const auto standing = actor.standings.find(one.id);
      return one.id != actor.identity.controller && standing != actor.standings.end() &&
             standing->second.expired();
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
  const std::string key = expired.name + "-" + rng_.guid().to_string();
  Write admits = says_of_member(*inviter.store->read(), inviter.identity, expired.controller,
                                {{"publickey", {key}}});
  if (inviter.known) {
    const auto* controller = sites::find_controller(inviter.known->forest, id);
    admits = configuration::membership(id, key,
                                       configuration::slot_for(inviter.known->forest, *controller));
  }
  const auto admitted = write(inviter.name, admits);
  if (!admitted) return fail(admitted.error());
  tell(fmt::format("{} joins anew at {}", expired.name, inviter.name));
  expired.former.insert(std::exchange(expired.identity.invocation, InvocationId(rng_.guid())));
  expired.key = key;
  expired.identity.read_only = expired.controller.read_only;
  expired.identity.policy.expired = false;
  expired.store = options_.make_store();
  expired.expired = false;
  expired.has_started = false;
  expired.standings.clear();
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
