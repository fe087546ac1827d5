#include "replicator/net/role_owner.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/role_standing.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;

bool is_of_forest(MasterRole role) {
  return role == MasterRole::schema || role == MasterRole::naming;
}

}  // namespace

bool could_own(const sites::Controller& controller, const sites::NamingContext& scope,
               const RoleId& role) {
  if (controller.read_only) return false;
  if (is_of_forest(role.role)) return true;
  return sites::replica_kind(controller, scope) == sites::ReplicaKind::writable;
}

bool owner_answers(const ServiceGround& ground, const RoleId& role, const Json& request,
                   const JsonTaker& taker) {
  const Identity me = ground.identity_now();
  const Ownership now = ownership_of(*ground.store.read(), configuration_among(me.contexts), role);
  const auto* owner = sites::find_controller(ground.forest(), now.owner);
  if (is_owner(me, now) || owner == nullptr || ground.caller.by_read_only) return false;
  if (me.read_only) {  // it cannot vouch for a person
    if (!ground.forest().policy.forward_writes || owner->address.empty()) return false;
    taker(moved_text({Errc::refused, fmt::format("{} role: belongs to {}; do it there (--at {})",
                                                 to_string(role.role), owner->name, owner->name)},
                     owner->name, owner->address));
    return true;
  }
  if (ground.hops == 0) return false;
  Json carried = request;
  carried[kToOwner] = true;
  carry(ground, *owner, std::move(carried),
        [word = to_string(role.role), name = owner->name,
         taker](const base::Result<std::string>& answer) {
          if (answer) return taker(*answer);
          taker(error_text(
              {answer.error().code,
               fmt::format("{0} role: belongs to {1}, which cannot be asked: {2}; if {1} is lost "
                           "for good: ringspan role seize {0} --at NAME",
                           word, name, answer.error().message)}));
        });
  return true;
}

base::Result<RoleId> role_asked(const ServiceGround& ground, const Asked& asked) {
  const auto word = asked.text("role");
  if (!word) return base::fail(word.error());
  const auto role = parse_master_role(*word);
  if (!role) {
    return base::fail(Errc::invalid,
                      fmt::format("\"role\": \"{}\" is none of schema, naming, pdc, rid, "
                                  "infrastructure",
                                  *word));
  }
  const sites::Forest& forest = ground.forest();
  if (asked.has("naming_context")) {
    const auto dn = asked.dn("naming_context");
    if (!dn) return base::fail(dn.error());
    const auto* context = sites::find_naming_context(forest, *dn);
    if (context != nullptr && has_role(context->kind, *role)) return RoleId{*role, context->id};
    return base::fail(Errc::not_found, fmt::format("naming context {}: has no role {}; ringspan "
                                                   "roles shows those there are",
                                                   dn->to_string(), *word));
  }
  for (const sites::NamingContext& context : forest.naming_contexts) {
    const bool meant = is_of_forest(*role) || context.id == ground.me().domain;
    if (meant && has_role(context.kind, *role)) return RoleId{*role, context.id};
  }
  return base::fail(Errc::not_found, fmt::format("the forest has no role {}", *word));
}

base::Result<void> may_own(const sites::Forest& forest, const RoleId& role,
                           ControllerId controller) {
  const auto* scope = sites::find_naming_context(forest, role.scope);
  const auto* wanted = sites::find_controller(forest, controller);
  if (scope == nullptr || wanted == nullptr) {
    return base::fail(Errc::not_found, "this controller or naming context is not in the forest");
  }
  if (could_own(*wanted, *scope, role)) return {};
  std::string names;
  for (const sites::Controller& one : forest.controllers) {
    if (could_own(one, *scope, role)) names += (names.empty() ? "" : ", ") + one.name;
  }
  return base::fail(Errc::refused,
                    fmt::format("{}: cannot own {}, which is for writable controllers{}: {}",
                                wanted->name, in_words(forest, role),
                                is_of_forest(role.role) ? "" : " that hold " + scope->dn, names));
}

std::string in_words(const sites::Forest& forest, const RoleId& role) {
  const auto* scope = sites::find_naming_context(forest, role.scope);
  if (is_of_forest(role.role) || scope == nullptr) return std::string(to_string(role.role));
  return fmt::format("{} of {}", to_string(role.role), scope->dn);
}

}  // namespace ringspan::replicator::net
