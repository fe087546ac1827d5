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

NamingContextId add(Forest& forest, NamingContextKind kind, const Dn& dn,
                    std::vector<ControllerId> replicas) {
  EXPECTS(find_in(forest.naming_contexts, dn) == nullptr);
  const NamingContextId id(id_from_name(forest.id, "naming-context", dn.key()));
  forest.naming_contexts.push_back(
      {.id = id, .kind = kind, .dn = dn.to_string(), .replicas = std::move(replicas)});
  std::ranges::sort(forest.naming_contexts, {}, &NamingContext::id);
  return id;
}

}  // namespace

NamingContext* find_naming_context(Forest& forest, const Dn& dn) {
  return find_in(forest.naming_contexts, dn);
}

const NamingContext* find_naming_context(const Forest& forest, const Dn& dn) {
  return find_in(forest.naming_contexts, dn);
}

void add_application(Forest& forest, const Dn& dn, std::vector<ControllerId> replicas) {
  std::ranges::sort(replicas);
  add(forest, NamingContextKind::application, dn, std::move(replicas));
}

void add_domain(Forest& forest, const Dn& dn, const std::set<ControllerId>& controllers) {
  const NamingContextId id = add(forest, NamingContextKind::domain, dn, {});
  for (Controller& controller : forest.controllers) {
    if (controllers.contains(controller.id)) controller.domain = id;
  }
}

const NamingContext* enclosing_context(const Forest& forest, const Dn& dn) {
  const NamingContext* best = nullptr;
  std::size_t depth = 0;
  for (const NamingContext& context : forest.naming_contexts) {
    const auto head = Dn::parse(context.dn);
    if (!head || !dn.is_within(*head) || head->rdns.size() <= depth) continue;
    best = &context;
    depth = head->rdns.size();
  }
  return best;
}

}  // namespace ringspan::sites
