#include "replicator/engine/canonical.hpp"

#include <algorithm>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

std::vector<Object> canonical_objects(const Snapshot& snapshot, NamingContextId context) {
  std::vector<Object> objects;
  snapshot.changed_since(context, Usn{}, [&](const Row& row) {
    Object object = stored_object(row);
    object.usn = Usn{};
    object.unplaced = false;
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
