#include "replicator/net/originators.hpp"

#include <algorithm>

namespace ringspan::replicator::net {

void Originators::use_names(const sites::Forest& forest) {
  const std::lock_guard lock(mutex_);
  for (const sites::Controller& controller : forest.controllers)
    names_[controller.id] = controller.name;
}

void Originators::learn(InvocationId invocation, ControllerId controller) {
  if (invocation.value.is_nil()) return;
  const std::lock_guard lock(mutex_);
  known_.try_emplace(invocation, controller);  // it is one controller's for good
}

void Originators::learn_sources(const Snapshot& snapshot) {
  for (const SourceRecord& record : snapshot.sources()) {
    learn(record.watermark.source, record.source);
  }
}

std::string Originators::name_of(InvocationId invocation) const {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(invocation);
  if (known == known_.end()) return invocation.value.to_string();
  const auto name = names_.find(known->second);
  return name == names_.end() ? invocation.value.to_string() : name->second;
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
