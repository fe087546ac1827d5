#include "sites/forest.hpp"

#include <algorithm>
#include <limits>

#include "base/fold.hpp"

namespace ringspan::sites {
namespace {

template <typename Part, typename Id>
const Part* find_by_id(const std::vector<Part>& parts, const Id& id) {
  const auto found = std::ranges::find(parts, id, &Part::id);
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace

Cost operator+(Cost left, Cost right) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  return Cost(left.value > most - right.value ? most : left.value + right.value);
}

ReplicaKind replica_kind(const Controller& controller, const NamingContext& context) {
  const ReplicaKind full = controller.read_only ? ReplicaKind::read_only : ReplicaKind::writable;
  switch (context.kind) {
    case NamingContextKind::configuration:
    case NamingContextKind::schema:
      return full;
    case NamingContextKind::domain:
      if (controller.domain == context.id) return full;
      return controller.global_catalog ? ReplicaKind::partial : ReplicaKind::none;
    case NamingContextKind::application:
      return std::ranges::find(context.replicas, controller.id) != context.replicas.end()
                 ? full
                 : ReplicaKind::none;
  }
  return ReplicaKind::none;
}

const Site* find_site(const Forest& forest, SiteId id) {
  return find_by_id(forest.sites, id);
}

const Controller* find_controller(const Forest& forest, ControllerId id) {
  return find_by_id(forest.controllers, id);
}

const Controller* find_controller(const Forest& forest, std::string_view name) {
  const std::string key = base::fold_name(name);
  const auto found = std::ranges::find_if(forest.controllers, [&key](const Controller& controller) {
    return base::fold_name(controller.name) == key;
  });
  return found == forest.controllers.end() ? nullptr : &*found;
}

const NamingContext* find_naming_context(const Forest& forest, NamingContextId id) {
  return find_by_id(forest.naming_contexts, id);
}

}  // namespace ringspan::sites
