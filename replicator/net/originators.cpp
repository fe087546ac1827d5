#include "replicator/net/originators.hpp"

#include <algorithm>

#include "replicator/engine/holding.hpp"

namespace ringspan::replicator::net {

void Originators::use_names(const sites::Forest& forest) {
  const std::lock_guard lock(mutex_);
  for (const sites::Controller& controller : forest.controllers)
    names_[controller.id] = controller.name;
  for (const sites::NamingContext& context : forest.naming_contexts) {
    if (context.kind != sites::NamingContextKind::application) continue;
    if (!applications_.insert(context.id).second) continue;
    for (const auto& [invocation, controller] : known_)
      learn_lives(invocation, controller, context.id);
  }
}

// As whom a controller writes in a naming context that it has got again, the first few times.
void Originators::learn_lives(InvocationId invocation, ControllerId controller,
                              NamingContextId context) {
  constexpr int kLives = 4;
  for (int life = 0; life < kLives; ++life) {
    invocation = next_life(invocation, context);
    later_lives_.try_emplace(invocation, controller);
  }
}

void Originators::learn(InvocationId invocation, ControllerId controller) {
  if (invocation.value.is_nil()) return;
  const std::lock_guard lock(mutex_);
  const bool fresh = known_.try_emplace(invocation, controller).second;  // one's for good
  if (!fresh) return;
  for (const NamingContextId context : applications_)
    learn_lives(invocation, controller, context);
}

void Originators::learn_sources(const Snapshot& snapshot) {
  for (const SourceRecord& record : snapshot.sources()) {
    learn(record.watermark.source, record.source);
  }
}

std::string Originators::name_of(InvocationId invocation) const {
  const std::lock_guard lock(mutex_);
  for (const auto* known : {&known_, &later_lives_}) {
    const auto found = known->find(invocation);
    const auto name = found == known->end() ? names_.end() : names_.find(found->second);
    if (name != names_.end()) return name->second;
  }
  return invocation.value.to_string();
}

std::string Originators::name_of(ControllerId controller) const {
  const std::lock_guard lock(mutex_);
  const auto name = names_.find(controller);
  return name == names_.end() ? controller.value.to_string() : name->second;
}

bool Originators::knows(ControllerId controller) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(known_, [&](const auto& entry) { return entry.second == controller; });
}

}  // namespace ringspan::replicator::net
