#include "replicator/engine/canonical.hpp"

#include <algorithm>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

std::vector<Object> canonical_objects(const Snapshot& snapshot, NamingContextId context,
                                      const Selection& selection) {
  std::vector<Object> objects;
  snapshot.changed_since(context, Usn{}, [&](const Row& row) {
    Object object = stored_object(row);
    object.usn = Usn{};
    object.unplaced = false;
    object.links_unsettled = false;
    std::erase_if(object.attributes,
                  [&](const auto& entry) { return !selection.has(entry.first); });
    for (auto& [name, attribute] : object.attributes) {
      attribute.beside = {};
      attribute.local = Usn{};
    }
    objects.push_back(std::move(object));
    return true;
  });
  std::ranges::sort(objects, {}, &Object::id);
  return objects;
}

std::vector<Link> canonical_links(const Snapshot& snapshot, NamingContextId context,
                                  const Selection& selection) {
  std::vector<Link> links;
  snapshot.all_changed_since(context, Usn{}, [&](const Snapshot::Changed& changed) {
    const auto* link = std::get_if<const Link*>(&changed);
    if (link == nullptr || !selection.has((*link)->id.attribute)) return true;
    const auto source = snapshot.find((*link)->id.source);
    const auto target = snapshot.find((*link)->id.target);
    if (!source || source->deleted) return true;
    if (target && target->deleted && target->naming_context == context) return true;
    links.push_back(**link);
    links.back().beside = {};
    links.back().usn = Usn{};
    return true;
  });
  std::ranges::sort(links, {}, &Link::id);
  return links;
}

}  // namespace ringspan::replicator
