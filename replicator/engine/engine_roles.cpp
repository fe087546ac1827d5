// What the engine knows of roles: whether this controller may act in them (docs/roles.md).

#include <algorithm>
#include <utility>

#include "replicator/engine/allotment.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

void Engine::take(Transaction& /*store*/, const Alone& /*event*/, base::Time /*now*/,
                  Effects& /*effects*/) {
  caught_up_.alone = true;
  tend_identifiers_ = true;
}

void Engine::take(Transaction& /*store*/, const FenceSaid& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  if (std::exchange(caught_up_.leases, event.leases) != event.leases) tend_identifiers_ = true;
}

// Only its effective owner gives a role away; who has it already, by a lost answer, gets it again.
// Where there is a fence a role changes hands there first.
base::Result<void> Engine::may_change_hands(const Snapshot& store, const Write& write) const {
  if (const auto* taken = std::get_if<TakeRole>(&write)) {
    if (leases_of({taken->role}) == Leases{{taken->role, taken->revision}}) return {};
    return base::fail(base::Errc::unavailable, "the fence does not leave it the role any more");
  }
  const bool seizes = std::holds_alternative<SeizeRole>(write);
  const auto* give = std::get_if<GiveRole>(&write);
  if (caught_up_.leases && (seizes || give != nullptr)) {
    return base::fail(base::Errc::refused, "the forest has a fence, which alone moves roles");
  }
  if (give == nullptr) return {};
  const auto now = ownership_of(store, configuration_among(identity_.contexts), give->role);
  if (now.owner == give->to) return {};
  return may_act(store, identity_, caught_up_, give->role);
}

// Judged by what was written, so that no way round a role is left.
std::set<RoleId> Engine::roles_needed(const Write& write, const Writer& writer) const {
  if (std::holds_alternative<TakeRole>(write)) return {};
  std::set<RoleId> needed = writer.demanded();
  const auto schema = schema_role(identity_.contexts);
  if (schema && writer.changed().contains(schema->scope)) needed.insert(*schema);
  return needed;
}

// Of several roles the first.
base::Result<void> Engine::may_write(const Snapshot& store, const std::set<RoleId>& roles) const {
  for (const RoleId& role : roles) {
    if (auto acts = may_act(store, identity_, caught_up_, role); !acts) return acts;
  }
  return {};
}

Leases Engine::leases_of(const std::set<RoleId>& roles) const {
  Leases found;
  if (!caught_up_.leases) return found;
  for (const auto& [role, revision] : *caught_up_.leases) {
    if (roles.contains(role)) found.emplace(role, revision);
  }
  return found;
}

// Whether what was written holds, or the fence is to be asked first. What is set aside of numbers
// that its counter gave holds whoever has the role since: nobody else is given them.
void Engine::judge(const WriteAsked& event, Writer& writer, WriteAnswer& answer) const {
  const auto needs = [&answer](Leases leases) {
    answer.needs = std::move(leases);
    answer.result = base::fail(base::Errc::unavailable, "the fence has not been asked yet");
  };
  const std::set<RoleId> roles = roles_needed(event.write, writer);
  if (!writer.drawing().empty()) {
    const auto& [role, count] = *writer.drawing().begin();
    const auto writers = writers_.find(role.scope);
    answer.draw = draw_for(writer.store(), identity_, role.scope, count,
                           writers == writers_.end() ? nullptr : &writers->second);
    return needs(leases_of(roles));
  }
  if (!answer.result) return;
  if (auto allowed = may_write(writer.store(), roles); !allowed) {
    answer.result = base::fail(allowed.error());
    return;
  }
  answer.under = leases_of(roles);
  if (!std::ranges::includes(event.passes, answer.under)) {
    return needs(std::exchange(answer.under, {}));
  }
  std::erase_if(answer.under, [](const auto& one) { return one.first.role == MasterRole::rid; });
}

// The owner alone removes what is void, so that it goes everywhere; others take it for absent.
void Engine::bury_void(Writer& writer, const Page& page) {
  if (!caught_up_.leases) return;
  for (const auto& [role, revision] : *caught_up_.leases) {
    if (role.scope != page.naming_context) continue;
    if (!may_act(writer.store(), identity_, caught_up_, role)) continue;
    writer.write_under(*caught_up_.leases);
    for (const ObjectChange& change : page.objects)
      replicator::bury_void(writer, role, change.id);
  }
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
