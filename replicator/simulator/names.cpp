// The world's names of objects of other naming contexts: asked of those who hold them.

#include <algorithm>
#include <utility>

#include "replicator/engine/directory.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::simulator {
namespace {

const NamingContextHead* head_among(const NamingContextHeads& heads, NamingContextId id) {
  const auto found = std::ranges::find(heads, id, &NamingContextHead::id);
  return found == heads.end() ? nullptr : &*found;
}

}  // namespace

// What nobody knows, though every naming context was looked at, is gone.
Phantoms World::names_of(const Actor& actor, const std::set<ObjectId>& targets) const {
  Phantoms told;
  std::set<NamingContextId> left;
  const sites::Forest& forest = actor.known ? actor.known->forest : forest_;
  for (const sites::NamingContext& context : forest.naming_contexts)
    left.insert(context.id);
  for (const auto& [id, other] : actors_) {
    if (other.get() != &actor && !can_ask(actor, *other)) continue;
    const auto snapshot = other->store->read();
    const Directory directory(*snapshot, other->identity.contexts);
    for (const NamingContextHead& head : other->identity.contexts) {
      if (why_not_held(*other, head.id).empty()) left.erase(head.id);
    }
    for (const ObjectId target : targets) {
      const auto object = directory.object(target);
      if (object) told[target] = {.dn = directory.dn_of(*object), .gone = object->deleted()};
    }
  }
  if (!left.empty()) return told;
  for (const ObjectId target : targets)
    told.try_emplace(target, Phantom{.dn = {}, .gone = true});
  return told;
}

std::vector<Change> World::introduce(std::string_view at, const Target& source,
                                     ObjectId target) const {
  const Actor* actor = find(at);
  const auto snapshot = actor->store->read();
  const auto object = Directory(*snapshot, actor->identity.contexts).locate(source);
  const auto* head =
      object ? head_among(actor->identity.contexts, object->naming_context) : nullptr;
  if (head == nullptr || !needs_phantoms(head->kind) || snapshot->find(target)) return {};
  Phantoms told = names_of(*actor, {target});
  const sites::Forest& forest = actor->known ? actor->known->forest : forest_;
  std::erase_if(told, [&](const auto& one) {
    const auto dn = sites::Dn::parse(one.second.dn);
    const auto* lies_in = dn ? sites::enclosing_context(forest, *dn) : nullptr;
    return one.second.gone || lies_in == nullptr ||
           head_among(actor->identity.contexts, lies_in->id);
  });
  return add_phantoms(*snapshot, *head, told);
}

// As the effective owner of the role infrastructure does from time to time.
void World::mend_names(Actor& actor) {
  const NamingContextHeads contexts = actor.identity.contexts;
  for (const NamingContextHead& head : contexts) {
    if (!needs_phantoms(head.kind) || !actor.identity.may_write(head.id)) continue;
    const RoleId role{MasterRole::infrastructure, head.id};
    const auto snapshot = actor.store->read();
    if (!may_act(*snapshot, actor.identity, caught_up(actor), role)) continue;
    const Phantoms told = names_of(actor, foreign_targets(*snapshot, contexts, head.id));
    Together together;
    together.changes = mend_phantoms(*snapshot, contexts, head, told);
    if (together.changes.empty()) continue;
    tell(actor.name + " mends names of objects of other naming contexts");
    (void)ask(actor, together);  // refused: it is tried again in an hour
    if (!actor.engine) return;
  }
}

}  // namespace ringspan::replicator::simulator
