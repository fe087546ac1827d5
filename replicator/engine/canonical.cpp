#include "replicator/engine/canonical.hpp"

#include <algorithm>
#include <utility>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

Object canonical(Object object, const Selection& selection) {
  object.usn = Usn{};
  object.unplaced = false;
  object.links_unsettled = false;
  std::erase_if(object.attributes, [&](const auto& entry) { return !selection.has(entry.first); });
  for (auto& [name, attribute] : object.attributes) {
    attribute.beside = {};
    attribute.local = Usn{};
  }
  return object;
}

Link canonical(Link link) {
  link.beside = {};
  link.usn = Usn{};
  return link;
}

bool ends_live(const Snapshot& snapshot, const Link& link) {
  const auto source = snapshot.find(link.id.source);
  if (!source || source->deleted) return false;
  const auto target = snapshot.find(link.id.target);
  return !target || !target->deleted || target->naming_context != link.naming_context;
}

void visit_canonical(const Snapshot& snapshot, NamingContextId context, const Selection& selection,
                     const std::function<void(Object&&)>& object,
                     const std::function<void(Link&&)>& link) {
  snapshot.all_changed_since(context, Usn{}, [&](const Snapshot::Changed& changed) {
    if (const auto* row = std::get_if<const Row*>(&changed)) {
      object(canonical(stored_object(**row), selection));
      return true;
    }
    const Link& one = *std::get<const Link*>(changed);
    if (selection.has(one.id.attribute) && ends_live(snapshot, one)) link(canonical(one));
    return true;
  });
}

std::vector<Object> canonical_objects(const Snapshot& snapshot, NamingContextId context,
                                      const Selection& selection) {
  std::vector<Object> objects;
  snapshot.changed_since(context, Usn{}, [&](const Row& row) {
    objects.push_back(canonical(stored_object(row), selection));
    return true;
  });
  std::ranges::sort(objects, {}, &Object::id);
  return objects;
}

std::vector<Link> canonical_links(const Snapshot& snapshot, NamingContextId context,
                                  const Selection& selection) {
  std::vector<Link> links;
  visit_canonical(
      snapshot, context, selection, [](Object&&) {},
      [&links](Link&& link) { links.push_back(std::move(link)); });
  std::ranges::sort(links, {}, &Link::id);
  return links;
}

}  // namespace ringspan::replicator
