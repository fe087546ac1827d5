// The world's configuration: each controller plans from its own copy, some join, some are removed.

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contracts.hpp"
#include "kcc/plan.hpp"
#include "replicator/partners/partners.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

std::vector<std::string> names_of(const sites::Forest& forest) {
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
  for (const sites::Controller& controller : forest_.controllers)
    write(configuration::membership(controller.id, controller.name));
}

Result<sites::Forest> World::definition(std::string_view at) const {
  const Actor* actor = find(at);
  if (actor == nullptr || !actor->known) {
    return fail(Errc::not_found, fmt::format("{} has no forest definition", at));
  }
  return actor->known->forest;
}

Result<Written> World::apply(std::string_view at, const sites::Forest& wanted) {
  const auto actor = need(at);
  if (!actor) return fail(actor.error());
  const Together changes = configuration::changes(*(*actor)->store->read(), wanted);
  if (changes.changes.empty()) return fail(Errc::exists, "it is that already");
  tell(
      fmt::format("{} applies a definition: {}", (*actor)->name, fmt::join(names_of(wanted), " ")));
  return write(at, changes);
}

Result<void> World::join(std::string_view name, std::string_view at) {
  const auto inviter = need(at);
  if (!inviter) return fail(inviter.error());
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
  auto admitted = write(at, configuration::membership(controller->id, controller->name));
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
  const NamingContextId context = configuration::configuration_of(forest_);
  if (options_.configuration && (!actor.known || effects.changed.contains(context))) {
    const auto snapshot = actor.store->read();
    if (configuration::has_arrived(*snapshot, context, actor.identity.invocation)) {
      auto read = configuration::read(*snapshot, context);
      anew = read && read != actor.known &&
             sites::find_controller(read->forest, actor.identity.controller) != nullptr;
      if (anew) {
        actor.joined = configuration::joined_part(read->forest, read->keys);
        actor.plan = kcc::plan(actor.joined);
        actor.known = std::move(read);
        actor.identity.policy.recycle_bin = actor.joined.policy.recycle_bin;
        actor.turned_out.keep(keys_of(*actor.known));
      }
    }
  }
  if (anew) feed(actor, {PolicyChanged{.policy = actor.identity.policy}});
  if (gaps || anew) use_partners(actor);
}

void World::use_partners(Actor& actor) {
  const ControllerId me = actor.identity.controller;
  if (options_.manual || actor.paused_inbound) {
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
  feed(actor, {PartnersChanged{.partners = actor.partners}});
}

}  // namespace ringspan::replicator::simulator
