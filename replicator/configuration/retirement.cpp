#include "replicator/configuration/retirement.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/fold.hpp"

namespace ringspan::replicator::configuration {
namespace {

bool takes_writes_of(const sites::Controller& controller, const sites::NamingContext& context) {
  return sites::replica_kind(controller, context) == sites::ReplicaKind::writable;
}

std::string_view remedy(sites::NamingContextKind kind) {
  return kind == sites::NamingContextKind::application
             ? "give it to another one first (ringspan naming-context replicas), and retire this "
               "one once ringspan naming-context list shows it there"
             : "have another controller of its domain join first, or promote a read-only one "
               "(ringspan promote)";
}

}  // namespace

std::vector<std::string> why_needed(const sites::Forest& forest,
                                    const std::map<ControllerId, std::string>& keys,
                                    ControllerId controller) {
  std::vector<std::string> reasons;
  const auto* leaving = sites::find_controller(forest, controller);
  if (leaving == nullptr || !keys.contains(controller)) return reasons;
  for (const sites::NamingContext& context : forest.naming_contexts) {
    if (!takes_writes_of(*leaving, context)) continue;
    const bool others = std::ranges::any_of(forest.controllers, [&](const auto& one) {
      return one.id != controller && keys.contains(one.id) && takes_writes_of(one, context);
    });
    if (others) continue;
    reasons.push_back(
        fmt::format("naming context {}: {} is the only member that takes writes of "
                    "it; {}",
                    context.dn, leaving->name, remedy(context.kind)));
  }
  return reasons;
}

sites::Forest without(sites::Forest forest, ControllerId controller) {
  std::erase_if(forest.controllers, [&](const auto& one) { return one.id == controller; });
  for (sites::NamingContext& context : forest.naming_contexts)
    std::erase(context.replicas, controller);
  std::erase_if(forest.connections, [&](const sites::ManualConnection& connection) {
    return connection.source == controller || connection.destination == controller;
  });
  return forest;
}

bool was_removed(const Snapshot& snapshot, NamingContextId context, std::string_view name) {
  return std::ranges::any_of(items_in(snapshot, context), [&](const Item& item) {
    return item.deleted && base::fold_name(item.name) == base::fold_name(name);
  });
}

}  // namespace ringspan::replicator::configuration
