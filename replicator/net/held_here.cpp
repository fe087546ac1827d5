// held_here: a domain or an application context is not everywhere, and not always whole where it
// is.

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/holding.hpp"
#include "replicator/net/service.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::net {
namespace {

/// Fields that name objects.
constexpr const char* kFields[] = {"dn", "below", "parent", "object", "target"};

/// The naming context of the forest in which it lies, held here or not; nullptr: relative to the
/// home domain, or unknown.
const sites::NamingContext* context_of(const ServiceGround& ground, const Target& target) {
  if (const auto* dn = std::get_if<sites::Dn>(&target))
    return sites::enclosing_context(ground.forest(), *dn);
  const auto row = ground.store.read()->find(std::get<ObjectId>(target));
  return row ? sites::find_naming_context(ground.forest(), row->naming_context) : nullptr;
}

/// Other controllers that hold it, writable ones first, by name.
std::string replicas_of(const ServiceGround& ground, const sites::NamingContext& context) {
  std::vector<std::pair<bool, std::string>> found;
  for (const sites::Controller& controller : ground.in_force->joined.controllers) {
    const auto kind = sites::replica_kind(controller, context);
    if (kind == sites::ReplicaKind::none || controller.id == ground.identity.controller) continue;
    found.emplace_back(kind != sites::ReplicaKind::writable, controller.name);
  }
  if (found.empty()) return "nobody else holds it";
  std::ranges::sort(found);
  std::vector<std::string> ways;
  for (const auto& [last, name] : found)
    ways.push_back("--at " + name);
  ways.resize(std::min<std::size_t>(ways.size(), 3));
  return "ask one that does: " + fmt::format("{}", fmt::join(ways, ", "));
}

}  // namespace

base::Result<void> held_here(const ServiceGround& ground, NamingContextId id) {
  const auto* context = sites::find_naming_context(ground.forest(), id);
  if (context == nullptr || context->kind == sites::NamingContextKind::configuration ||
      context->kind == sites::NamingContextKind::schema) {
    return {};
  }
  if (!ground.in_force->holds(id)) {
    return base::fail(base::Errc::refused,
                      fmt::format("naming context {}: {} does not hold it; {}", context->dn,
                                  ground.name(), replicas_of(ground, *context)));
  }
  if (has_arrived(*ground.store.read(), id, ground.identity.invocation)) return {};
  return base::fail(base::Errc::unavailable,
                    fmt::format("naming context {}: is being filled at {}; {}", context->dn,
                                ground.name(), replicas_of(ground, *context)));
}

base::Result<void> held_here(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  for (const char* field : kFields) {
    const auto target = asked.has(field) ? asked.target(field) : base::Result<Target>(Target{});
    if (!asked.has(field) || !target) continue;  // whoever reads the field says what is wrong
    const auto* context = context_of(ground, *target);
    if (context == nullptr) continue;
    if (auto held = held_here(ground, context->id); !held) return held;
  }
  return {};
}

}  // namespace ringspan::replicator::net
