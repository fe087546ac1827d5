// The world's configuration: each controller plans from its own copy, some join, some are removed.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contracts.hpp"
#include "kcc/plan.hpp"
#include "replicator/configuration/contexts.hpp"
#include "replicator/configuration/expiry.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/partners/partners.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

std::vector<std::string> controllers_named_in(const sites::Forest& forest) {
  std::vector<std::string> names;
  for (const sites::Controller& controller : forest.controllers)
    names.push_back(controller.name);
  return names;
}

std::set<ControllerId> keys_of(const configuration::Configuration& known) {
  std::set<ControllerId> ids;
  for (const auto& [id, key] : known.keys)
    ids.insert(id);
  return ids;
}

ReplicaPolicy policy_of(const configuration::Configuration& known, const Identity& me) {
  const auto* defined = sites::find_controller(known.forest, me.controller);
  const auto pauses = known.pauses.find(me.controller);
  return {.recycle_bin = known.forest.policy.recycle_bin,
          .retiring = pauses != known.pauses.end() && pauses->second.retiring.has_value(),
          .promoted = me.read_only && !defined->read_only,
          .expired = pauses != known.pauses.end() && pauses->second.expired.has_value(),
          .tombstone_lifetime = known.forest.policy.tombstone_lifetime};
}

bool was_promoted(const sites::Forest& former, const sites::Forest& now) {
  return std::ranges::any_of(now.controllers, [&](const sites::Controller& one) {
    const auto* before = sites::find_controller(former, one.id);
    return before != nullptr && before->read_only && !one.read_only;
  });
}

}  // namespace

using base::Errc;
using base::fail;
using base::Result;

// The founder writes the definition; all of it have joined.
void World::define(Actor& founder) {
  const auto write = [&](const Write& change) {
    feed(founder, {WriteAsked{.id = 1, .write = change}});
    const auto answer = std::exchange(founder.answer, std::nullopt);
    EXPECTS(answer && answer->result.has_value());
  };
  write(configuration::changes(*founder.store->read(), forest_));
  for (sites::Controller& controller : forest_.controllers) {
    controller.slot = configuration::slot_for(forest_, controller);
    write(configuration::membership(controller.id, controller.name, *controller.slot));
  }
}

Result<sites::Forest> World::definition(std::string_view at) const {
  const Actor* actor = find(at);
  if (actor == nullptr || !actor->known) {
    return fail(Errc::not_found, fmt::format("{} has no forest definition", at));
  }
  return actor->known->forest;
}

Result<Written> World::apply(std::string_view at, const sites::Forest& wanted,
                             const std::vector<std::string>& first_owners) {
  const auto asked = need(at);
  if (!asked) return fail(asked.error());
  const Actor* actor = *asked;
  const auto standing = definition(at);
  if (!standing) return fail(standing.error());
  if (configuration::changes_contexts(*standing, wanted)) {
    const auto role = naming_role(actor->identity.contexts);
    const Actor* owner = role ? owner_within_reach(*actor, *role) : nullptr;
    if (owner != nullptr && owner->known && owner->known->forest == *standing) actor = owner;
  }
  Together changes = configuration::changes(*actor->store->read(), wanted);
  if (changes.changes.empty()) return fail(Errc::exists, "it is that already");
  configuration::begin_contexts(changes, configuration::new_contexts(*standing, wanted), wanted,
                                first_owners);
  tell(fmt::format("{} applies a definition: {}", actor->name,
                   fmt::join(controllers_named_in(wanted), " ")));
  return write(actor->name, changes);
}

Result<void> World::join(std::string_view name, std::string_view at) {
  const auto inviter = need(at);
  if (!inviter) return fail(inviter.error());
  if (Actor* before = find(name); before != nullptr && !before->retired && retired(name)) {
    return begin_anew(*before, **inviter);
  }
  const auto forest = definition(at);
  if (!forest) return fail(forest.error());
  const auto* controller = sites::find_controller(*forest, name);
  if (controller == nullptr) {
    return fail(Errc::not_found, fmt::format("{}: not in the definition at {}", name, at));
  }
  if (actors_.contains(controller->id)) {
    return fail(Errc::exists, fmt::format("{} has joined before", name));
  }
  Actor& joiner = create(*controller, *forest);  // others may call it as soon as they know it
  auto admitted =
      write(at, configuration::membership(controller->id, controller->name,
                                          configuration::slot_for(*forest, *controller)));
  if (!admitted) {
    actors_.erase(controller->id);
    return fail(admitted.error());
  }
  tell(fmt::format("{} joins at {}", name, (*inviter)->name));
  joiner.inviter = (*inviter)->identity.controller;
  joiner.joined = *forest;
  boot(joiner);
  return {};
}

std::set<std::string> World::members(std::string_view by) const {
  std::set<std::string> names;
  const Actor* judge = find(by);
  if (judge == nullptr || !judge->known) return names;
  for (const auto& [id, actor] : actors_) {
    if (judge->known->keys.contains(id)) names.insert(actor->name);
  }
  return names;
}

bool World::agree(const std::set<std::string>& names) const {
  const Actor* first = nullptr;
  for (const std::string& name : names) {
    const Actor* actor = find(name);
    if (actor == nullptr || !actor->known) return false;
    if (first == nullptr) first = actor;
    if (actor->known->forest != first->known->forest || actor->known->keys != first->known->keys) {
      return false;
    }
  }
  return true;
}

// As a controller does after each step that has changed its configuration.
void World::follow_configuration(Actor& actor, const Effects& effects) {
  const bool gaps = std::exchange(actor.gaps, effects.gaps) != effects.gaps;
  bool anew = false;
  bool promotes = false;
  const NamingContextId context = configuration::configuration_of(forest_);
  if (options_.configuration && (!actor.known || effects.changed.contains(context))) {
    const auto snapshot = actor.store->read();
    if (has_arrived(*snapshot, context, actor.identity.invocation)) {
      auto read = configuration::read(*snapshot, context);
      anew = read && read != actor.known &&
             sites::find_controller(read->forest, actor.identity.controller) != nullptr;
      if (anew) {
        promotes = actor.known && was_promoted(actor.known->forest, read->forest);
        actor.joined = configuration::joined_part(read->forest, read->keys);
        actor.plan = actor.replanner.plan(actor.joined);
        actor.known = std::move(read);
        actor.identity.policy = policy_of(*actor.known, actor.identity);
        actor.turned_out.keep(keys_of(*actor.known));
      }
    }
  }
  if (effects.changed.contains(context)) follow_expiries(actor);
  if (anew) feed(actor, {PolicyChanged{.policy = actor.identity.policy}});
  if (anew || !effects.forgotten.empty()) use_contexts(actor);
  if (promotes) feed(actor, {OfferedAgain{}});
  if (gaps || anew) use_partners(actor);
}

void World::use_contexts(Actor& actor) {
  if (!actor.known) return;
  ContextsChanged now = configuration::contexts_now(
      *actor.known, *actor.store->read(), actor.identity.contexts, actor.identity.controller);
  actor.identity.contexts = now.held;
  feed(actor, {std::move(now)});
}

// As a controller that is asked to pull what another one gives up, and what it holds of it.
void World::take_offer(const Offering& offering) {
  Actor& from = actor(offering.whose);
  const auto found = actors_.find(offering.offer.to);
  if (found == actors_.end() || !can_ask(from, *found->second)) return;
  Actor& to = *found->second;
  const NamingContextId context = offering.offer.naming_context;
  const bool holds = std::ranges::any_of(to.identity.contexts,
                                         [&](const auto& head) { return head.id == context; });
  if (!holds || !to.known || !to.known->keys.contains(offering.whose)) return;
  feed(to, {PullForced{.id = 0, .source = offering.whose, .naming_context = context}});
  const auto held = to.store->read();
  feed(from,
       {OfferAnswered{.offer = offering.offer.id,
                      .naming_context = context,
                      .holds = vector_of(*held, context, to.identity.invocation, to.clock(now_)),
                      .meant_of = filled_with(*held, context)}});
}

// As the owner of the role pdc that is asked to pull an urgent change from its writer.
void World::pull_what_is_urgent(const Urging& urging) {
  const auto found = actors_.find(urging.urge.to);
  if (options_.manual || found == actors_.end() || found->second->paused_inbound ||
      !can_ask(actor(urging.whose), *found->second)) {
    return;
  }
  tell(fmt::format("{} is told of an urgent change at {}", found->second->name,
                   actor(urging.whose).name));
  feed(*found->second,
       {PullForced{.id = 0, .source = urging.whose, .naming_context = urging.urge.naming_context}});
}

std::string World::why_not_held(const Actor& source, NamingContextId context) const {
  if (!options_.configuration) return {};
  for (const NamingContextHead& head : source.identity.contexts) {
    const bool lasts = head.kind == sites::NamingContextKind::configuration ||
                       head.kind == sites::NamingContextKind::schema;
    if (head.id == context && lasts) return {};
  }
  if (has_arrived(*source.store->read(), context, source.identity.invocation)) return {};
  return fmt::format("{} does not hold it, or not whole", source.name);
}

// What was forgotten may come again.
void World::drop_crossings(Actor& actor) const {
  const auto snapshot = actor.store->read();
  for (auto& [source, edge] : actor.edges) {
    std::erase_if(edge.crossed,
                  [&](const auto& entry) { return !snapshot->find(std::get<0>(entry.first)); });
  }
}

// Who pulls from a source's new life begins at its beginning. What came in whole cycles does not
// come again: the vector speaks of it.
void World::drop_uncovered(Actor& actor, ControllerId source) const {
  const auto edge = actor.edges.find(source);
  if (edge == actor.edges.end()) return;
  const auto snapshot = actor.store->read();
  std::erase_if(edge->second.crossed, [&](const auto& entry) {
    const auto& [object, attribute, originator, usn] = entry.first;
    return std::ranges::none_of(snapshot->contexts(), [&](NamingContextId context) {
      return snapshot->vector(context).covers(Stamp{.originator = originator, .usn = usn});
    });
  });
}

void World::use_partners(Actor& actor) {
  const ControllerId me = actor.identity.controller;
  if (options_.manual || actor.paused_inbound || actor.identity.quarantined) {
    actor.partners.clear();
  } else if (actor.inviter && !actor.known) {
    actor.partners = {partners::first_partner(actor.joined, me, *actor.inviter)};
  } else {
    actor.partners = partners::partners_of(actor.joined, actor.plan, me, actor.gaps);
  }
  for (const Partner& partner : actor.partners) {
    if (partner.detour) {
      tell(fmt::format("{} {} {}", actor.name, partner.call_back ? "goes round by" : "calls back",
                       this->actor(partner.source).name));
    }
  }
  feed(actor, {PartnersChanged{.partners = actor.partners}, configuration::writers_of(actor.joined),
               configuration::members_in(actor.joined, *actor.store->read())});
}

}  // namespace ringspan::replicator::simulator
