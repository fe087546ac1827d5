#include "sites/naming_context.hpp"

#include <algorithm>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::sites {

NamingContext* find_naming_context(Forest& forest, const Dn& dn) {
  const auto found = std::ranges::find_if(forest.naming_contexts, [&](const auto& context) {
    const auto head = Dn::parse(context.dn);
    return head && head->key() == dn.key();
  });
  return found == forest.naming_contexts.end() ? nullptr : &*found;
}

void add_application(Forest& forest, const Dn& dn, std::vector<ControllerId> replicas) {
  EXPECTS(find_naming_context(forest, dn) == nullptr);
  std::ranges::sort(replicas);
  forest.naming_contexts.push_back(
      {.id = NamingContextId(id_from_name(forest.id, "naming-context", dn.key())),
       .kind = NamingContextKind::application,
       .dn = dn.to_string(),
       .replicas = std::move(replicas)});
  std::ranges::sort(forest.naming_contexts, {}, &NamingContext::id);
}

}  // namespace ringspan::sites
