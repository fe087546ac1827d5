#include "replicator/engine/genesis.hpp"

#include <utility>

#include "base/contracts.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/engine/ownership.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/schema.hpp"

namespace ringspan::replicator {
namespace {

void create(Writer& writer, ObjectId id, NamingContextId context, const Placement& placement,
            const Values& values = {}) {
  Object object{.id = id, .naming_context = context, .attributes = {}};
  const Usn usn = writer.store().next_usn();
  writer.originate(object, kName, to_values(placement), usn);
  for (const auto& [attribute, written] : values)
    writer.originate(object, attribute, written, usn);
  writer.put(object, usn);
}

}  // namespace

base::Result<NamingContextHeads> contexts_of(const sites::Forest& forest,
                                             const sites::Controller& controller) {
  NamingContextHeads heads;
  for (const sites::NamingContext& context : forest.naming_contexts) {
    const auto kind = replica_kind(controller, context);
    if (kind == sites::ReplicaKind::none) continue;
    auto dn = sites::Dn::parse(context.dn);
    if (!dn) return base::fail(dn.error());
    heads.push_back({.id = context.id,
                     .dn = *std::move(dn),
                     .is_home = context.id == controller.domain,
                     .kind = context.kind,
                     .is_partial = kind == sites::ReplicaKind::partial});
  }
  return heads;
}

ObjectId create_context(Writer& writer, GuidSource& guids, const NamingContextHead& head) {
  const ObjectId head_id = head_of(head.id);
  create(writer, head_id, head.id, {.parent = {}, .rdn = head.dn.rdns.front()});
  create(writer, lost_and_found_of(head.id), head.id,
         {.parent = head_id, .rdn = {.type = "cn", .value = "LostAndFound"}});
  if (head.kind == sites::NamingContextKind::domain) {
    for (const char* name : {"people", "groups"}) {
      create(writer, ObjectId(guids.next()), head.id,
             {.parent = head_id, .rdn = {.type = "ou", .value = name}});
    }
  }
  note_created(writer.store(), head.id);
  return head_id;
}

void create_genesis(Store& store, GuidSource& guids, const Identity& identity, base::Time now) {
  const auto transaction = store.begin();
  EXPECTS(transaction->highest_usn() == Usn{});
  Writer writer(*transaction, identity, now);
  for (const NamingContextHead& head : identity.contexts) {
    const ObjectId head_id = create_context(writer, guids, head);
    if (head.kind == sites::NamingContextKind::configuration) found_roles(writer);
    if (head.kind == sites::NamingContextKind::schema) {
      for (const AttributeDefinition& definition : first_definitions()) {
        create(writer, definition_id(head.id, definition.name), head.id,
               {.parent = head_id, .rdn = {.type = "cn", .value = definition.name}},
               to_values(definition));
      }
    }
  }
  transaction->commit();
}

}  // namespace ringspan::replicator
