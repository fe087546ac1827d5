#include "replicator/engine/lingering.hpp"

#include <algorithm>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

bool was_known(const UpToDatenessVector& vector, const Object& object) {
  return std::ranges::any_of(object.attributes, [&vector](const auto& entry) {
    const Attribute& attribute = entry.second;
    return vector.covers(attribute.stamp) ||
           std::ranges::any_of(attribute.context.entries(), [&vector](const auto& seen) {
             return vector.covers(Stamp{.originator = seen.first, .usn = seen.second});
           });
  });
}

}  // namespace

LingeringObjects find_lingering(const Snapshot& snapshot, NamingContextId context,
                                const Reference& reference) {
  LingeringObjects found;
  snapshot.changed_since(context, Usn{}, [&](const Row& row) {
    if (row.deleted) return true;
    ++found.examined;
    if (reference.objects.contains(row.id)) return true;
    if (was_known(reference.vector, stored_object(row))) {
      found.objects.emplace(row.id, row.usn);
    } else {
      ++found.not_there_yet;
    }
    return true;
  });
  return found;
}

}  // namespace ringspan::replicator
