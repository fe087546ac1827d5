#include "replicator/net/silence.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "replicator/configuration/configuration.hpp"
#include "replicator/configuration/expiry.hpp"

namespace ringspan::replicator::net {
namespace {

Silence silence_in(const ServiceGround& ground, const Snapshot& snapshot, NamingContextId context,
                   ControllerId id, const ReplicaMember& member) {
  const base::Time heard = heard_at(snapshot, context, id, member);
  return {.heard = heard,
          .expires = heard + silence_limit(ground.forest().policy.tombstone_lifetime)};
}

}  // namespace

std::optional<Silence> silence_of(const ServiceGround& ground, const Snapshot& snapshot,
                                  ControllerId id) {
  const NamingContextId context = configuration::configuration_of(ground.forest());
  const auto members = configuration::members_in(ground.in_force->joined, snapshot);
  const auto replicas = members.replicas.find(context);
  if (replicas == members.replicas.end()) return std::nullopt;
  const auto member = replicas->second.find(id);
  if (member == replicas->second.end()) return std::nullopt;
  return silence_in(ground, snapshot, context, id, member->second);
}

Json silences_json(const ServiceGround& ground, const Snapshot& snapshot, base::Time now) {
  const base::Duration lifetime = ground.forest().policy.tombstone_lifetime;
  std::vector<Json> all;
  for (const auto& [context, replicas] :
       configuration::members_in(ground.in_force->joined, snapshot).replicas) {
    const auto* named = sites::find_naming_context(ground.forest(), context);
    if (!ground.in_force->holds(context) || named == nullptr) continue;
    for (const auto& [id, member] : replicas) {
      if (id == ground.identity.controller) continue;
      const Silence silence = silence_in(ground, snapshot, context, id, member);
      const auto passed = std::max(now - silence.heard, base::Duration{});
      const auto* controller = sites::find_controller(ground.forest(), id);
      all.push_back(
          {{"controller", controller == nullptr ? id.value.to_string() : controller->name},
           {"naming_context", named->dn},
           {"heard", base::to_string(silence.heard)},
           {"expires", base::to_string(silence.expires)},
           {"share", static_cast<double>(passed.count()) / static_cast<double>(lifetime.count())}});
    }
  }
  const auto rank = [](const Json& one) {
    return std::tuple(-one["share"].get<double>(), one["controller"].get<std::string>(),
                      one["naming_context"].get<std::string>());
  };
  std::ranges::sort(all, {}, rank);
  return all;
}

}  // namespace ringspan::replicator::net
