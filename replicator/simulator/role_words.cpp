// What a scenario says of roles: transfer, seize, owner, epoch.

#include <algorithm>

#include <fmt/format.h>

#include "replicator/simulator/expectations.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kRole = "ROLE [of DN]";

/// Any controller's definition knows of the naming contexts that came later.
const sites::NamingContext* context_of(const Stage& stage, sites::Forest& forest,
                                       const sites::Dn& dn) {
  forest = stage.world().forest();
  const auto* context = sites::find_naming_context(forest, dn);
  for (const std::string& controller : stage.world().controllers()) {
    if (context != nullptr) break;
    if (auto known = stage.world().definition(controller)) forest = *std::move(known);
    context = sites::find_naming_context(forest, dn);
  }
  return context;
}

Result<RoleId> role_in(const Stage& stage, MasterRole role, const std::string& text) {
  const auto dn = sites::Dn::parse(text);
  if (!dn) return senseless(dn.error().message);
  sites::Forest forest;
  const auto* context = context_of(stage, forest, *dn);
  if (context == nullptr || !has_role(context->kind, role)) {
    return senseless(fmt::format("{} has no role {}", text, to_string(role)));
  }
  return RoleId{role, context->id};
}

/// "rid" or "rid of dc=corp"; takes its words away.
Result<RoleId> take_role(const Stage& stage, Words& words) {
  const auto role = words.empty() ? std::nullopt : parse_master_role(words.front());
  if (!role) return say_form(kRole);
  if (words.size() > 2 && words[1] == "of") {
    const std::string text = words[2];
    words = words.subspan(3);
    return role_in(stage, *role, text);
  }
  words = words.subspan(1);
  const sites::Forest& forest = stage.world().forest();
  for (const sites::NamingContext& context : forest.naming_contexts) {
    const bool chosen =
        context.kind != sites::NamingContextKind::domain || context.id == forest.root_domain;
    if (chosen && context.kind != sites::NamingContextKind::application &&
        has_role(context.kind, *role)) {
      return RoleId{*role, context.id};
    }
  }
  return senseless(fmt::format("the forest has no role {}", to_string(*role)));
}

Result<void> known(const Stage& stage, const std::string& controller) {
  if (stage.world().read(controller)) return {};
  return senseless(fmt::format("no controller is named {}", controller));
}

std::string owner_name(const Stage& stage, const Ownership& ownership) {
  for (const std::string& controller : stage.world().controllers()) {
    if (is_owner(stage.world().identity(controller), ownership)) return controller;
  }
  return "nobody who is here";
}

/// Nobody may act, whoever believes to have it.
Result<void> expect_nobody(const World& world, const RoleId& role) {
  for (const std::string& name : world.controllers()) {
    if (!world.serving(name) || world.role_standing(name, role) != RoleStanding::effective)
      continue;
    return found(name);
  }
  return {};
}

}  // namespace

// transfer rid to b1 [reply-lost]
Result<std::string> transfer_role(Stage& stage, Words words) {
  words = words.subspan(1);
  const auto role = take_role(stage, words);
  if (!role) return fail(role.error());
  const bool lost = words.size() == 3 && words[2] == "reply-lost";
  if ((words.size() != 2 && !lost) || words[0] != "to") {
    return say_form("transfer ROLE [of DN] to CONTROLLER [reply-lost]");
  }
  if (auto named = known(stage, words[1]); !named) return fail(named.error());
  const auto moved =
      stage.world().transfer(*role, words[1], lost ? Reply::is_lost : Reply::arrives);
  if (!moved) return fail(moved.error());
  return std::string();
}

// seize rid at b1
Result<std::string> seize_role(Stage& stage, Words words) {
  words = words.subspan(1);
  const auto role = take_role(stage, words);
  if (!role) return fail(role.error());
  if (words.size() != 2 || words[0] != "at") return say_form("seize ROLE [of DN] at CONTROLLER");
  if (auto named = known(stage, words[1]); !named) return fail(named.error());
  const auto seized = stage.world().seize(*role, words[1]);
  if (!seized) return fail(seized.error());
  return std::string();
}

// owner rid o1: it may act, and no other that runs believes to have it; owner rid nobody
Result<void> expect_owner(const Stage& stage, Words words) {
  const auto role = take_role(stage, words);
  if (!role) return fail(role.error());
  if (words.size() != 1) return say_form("expect owner ROLE [of DN] CONTROLLER|nobody");
  if (words[0] == "nobody") return expect_nobody(stage.world(), *role);
  if (auto named = known(stage, words[0]); !named) return named;
  const World& world = stage.world();
  if (!world.serving(words[0])) return found(fmt::format("{} stopped", words[0]));
  const RoleStanding standing = world.role_standing(words[0], *role);
  if (standing != RoleStanding::effective) return found(std::string(to_string(standing)));
  for (const std::string& other : world.controllers()) {
    if (other == words[0] || !world.takes_part(other) || world.frozen(other)) continue;
    if (is_owner(world.identity(other), world.ownership(other, *role))) {
      return found(fmt::format("that {} believes to have it, too", other));
    }
  }
  return {};
}

// o1 owner rid b1: by its own knowledge
Result<void> expect_owner_by(const Stage& stage, const std::string& by, Words words) {
  const auto role = take_role(stage, words);
  if (!role) return fail(role.error());
  if (words.size() != 1) return say_form("expect CONTROLLER|all owner ROLE [of DN] CONTROLLER");
  for (const std::string& name : {by, words[0]}) {
    if (auto named = known(stage, name); !named) return named;
  }
  const std::string owner = owner_name(stage, stage.world().ownership(by, *role));
  return owner == words[0] ? Result<void>{}
                           : Result<void>(found(fmt::format("{} at {}", owner, by)));
}

// epoch rid 2: the greatest that anyone knows
Result<void> expect_epoch(const Stage& stage, Words words) {
  const auto role = take_role(stage, words);
  if (!role) return fail(role.error());
  const auto wanted = words.size() == 1 ? number_of(words[0]) : base::Result<std::uint64_t>();
  if (words.size() != 1 || !wanted) return say_form("expect epoch ROLE [of DN] N");
  Epoch greatest;
  for (const std::string& controller : stage.world().controllers())
    greatest = std::max(greatest, stage.world().ownership(controller, *role).epoch);
  return greatest.counter == *wanted ? Result<void>{}
                                     : Result<void>(found(std::to_string(greatest.counter)));
}

}  // namespace ringspan::replicator::simulator
