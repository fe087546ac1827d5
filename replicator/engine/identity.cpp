#include "replicator/engine/identity.hpp"

#include <algorithm>

namespace ringspan::replicator {

bool Identity::holds_in_part(NamingContextId context) const {
  const auto head = std::ranges::find(contexts, context, &NamingContextHead::id);
  return head != contexts.end() && head->is_partial;
}

}  // namespace ringspan::replicator
