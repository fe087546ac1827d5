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

}  // namespace ringspan::replicator
