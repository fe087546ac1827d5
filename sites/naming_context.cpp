#include "sites/naming_context.hpp"

#include <algorithm>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::sites {
namespace {

template <typename Contexts>
auto* find_in(Contexts& contexts, const Dn& dn) {
  const auto found = std::ranges::find_if(contexts, [&](const auto& context) {
    const auto head = Dn::parse(context.dn);
    return head && head->key() == dn.key();
  });
  return found == contexts.end() ? nullptr : &*found;
}

}  // namespace

NamingContext* find_naming_context(Forest& forest, const Dn& dn) {
  return find_in(forest.naming_contexts, dn);
}

const NamingContext* find_naming_context(const Forest& forest, const Dn& dn) {
  return find_in(forest.naming_contexts, dn);
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
