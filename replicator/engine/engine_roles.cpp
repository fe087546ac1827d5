// What the engine knows of roles: whether this controller may act in them (docs/roles.md).

#include "replicator/engine/engine.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

void Engine::take(Transaction& /*store*/, const Alone& /*event*/, base::Time /*now*/,
                  Effects& /*effects*/) {
  caught_up_.alone = true;
  tend_identifiers_ = true;
}

// Only its effective owner gives a role away; who has it already, by a lost answer, gets it again.
base::Result<void> Engine::may_give(const Snapshot& store, const Write& write) const {
  const auto* give = std::get_if<GiveRole>(&write);
  if (give == nullptr) return {};
  const auto now = ownership_of(store, configuration_among(identity_.contexts), give->role);
  if (now.owner == give->to) return {};
  return may_act(store, identity_, caught_up_, give->role);
}

// Judged by what was written, so that no way round a role is left: of several roles the first.
base::Result<void> Engine::may_write(const Snapshot& store, const Writer& writer) const {
  std::set<RoleId> needed = writer.demanded();
  const auto schema = schema_role(identity_.contexts);
  if (schema && writer.changed().contains(schema->scope)) needed.insert(*schema);
  for (const RoleId& role : needed) {
    if (auto acts = may_act(store, identity_, caught_up_, role); !acts) return acts;
  }
  return {};
}

// The new owner needs the scope as it is now, though nothing of it may be new.
void Engine::note_role_change(const Write& write, base::Time now) {
  if (const auto* give = std::get_if<GiveRole>(&write)) {
    notices_due_.try_emplace(give->role.scope, now + settings_.hold_back);
  } else if (const auto* seize = std::get_if<SeizeRole>(&write)) {
    caught_up_.seized.insert(seize->role);
  }
}

// The pdc owner hears of an urgent change from whoever wrote it, wherever that is (rule O9).
void Engine::urge(const Snapshot& store, const Writer& writer, Effects& effects) const {
  for (const NamingContextHead& head : identity_.contexts) {
    if (!writer.urgent().contains(head.id) || !has_role(head.kind, MasterRole::pdc)) continue;
    const auto now =
        ownership_of(store, configuration_among(identity_.contexts), {MasterRole::pdc, head.id});
    if (now.owner == ControllerId{} || is_owner(identity_, now)) continue;
    effects.urges.insert({.to = now.owner, .naming_context = head.id});
  }
}

}  // namespace ringspan::replicator
