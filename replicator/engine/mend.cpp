#include "replicator/engine/mend.hpp"

#include <utility>

#include "replicator/engine/apply.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/settle_links.hpp"

namespace ringspan::replicator {
namespace {

void journal(Writer& writer, const Object& object, const AttributeChange& theirs,
             const Attribute& ours) {
  writer.store().journal({.kind = ConflictKind::divergence,
                          .naming_context = object.naming_context,
                          .object = object.id,
                          .attribute = theirs.name,
                          .lost = ours.stamp,
                          .lost_values = ours.values,
                          .kept = theirs.stamp,
                          .kept_values = theirs.values,
                          .noticed = writer.now()});
}

void replace_attributes(Writer& writer, const ObjectChange& change) {
  auto object = writer.find(change.id);
  if (!object) return;
  bool replaced = false;
  for (const AttributeChange& theirs : change.attributes) {
    const auto ours = object->attributes.find(theirs.name);
    if (ours == object->attributes.end()) continue;
    Attribute& held = ours->second;
    if (!held.stamp.same_write(theirs.stamp)) continue;
    if (held.values == theirs.values && held.stamp == theirs.stamp &&
        held.context == theirs.context) {
      continue;
    }
    journal(writer, *object, theirs, held);
    held.values = theirs.values;
    held.stamp = theirs.stamp;
    held.context = theirs.context;
    held.local = Usn{};
    replaced = true;
  }
  if (!replaced) return;
  object->unplaced = !object->deleted() && standing(writer.store(), *object) != Standing::well;
  writer.put(*object);
  if (object->deleted()) unsettle_children(writer, object->id);
}

std::vector<std::string> shown(const LinkId& id, bool present) {
  return present ? std::vector{value_of(id.target)} : std::vector<std::string>{};
}

void replace_link(Writer& writer, const LinkChange& theirs) {
  auto ours = writer.store().link(theirs.id);
  if (!ours || !ours->stamp.same_write(theirs.stamp)) return;
  if (ours->present == theirs.present && ours->created == theirs.created &&
      ours->stamp == theirs.stamp && ours->context == theirs.context) {
    return;
  }
  writer.store().journal({.kind = ConflictKind::divergence,
                          .naming_context = ours->naming_context,
                          .object = theirs.id.source,
                          .attribute = theirs.id.attribute,
                          .lost = ours->stamp,
                          .lost_values = shown(theirs.id, ours->present),
                          .kept = theirs.stamp,
                          .kept_values = shown(theirs.id, theirs.present),
                          .noticed = writer.now()});
  ours->present = theirs.present;
  ours->created = theirs.created;
  ours->stamp = theirs.stamp;
  ours->context = theirs.context;
  writer.put(*ours);
  writer.unsettle_links(theirs.id.source);
}

}  // namespace

base::Result<void> mend(Writer& writer, const Page& page, bool replaces) {
  if (auto applied = apply(writer, page); !applied || !replaces) return applied;
  for (const ObjectChange& change : page.objects)
    replace_attributes(writer, change);
  for (const LinkChange& change : page.links)
    replace_link(writer, change);
  return {};
}

}  // namespace ringspan::replicator
