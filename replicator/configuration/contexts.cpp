#include "replicator/configuration/contexts.hpp"

#include <algorithm>
#include <utility>

#include "base/contracts.hpp"
#include "replicator/engine/genesis.hpp"

namespace ringspan::replicator::configuration {
namespace {

bool is_application(const sites::NamingContext& context) {
  return context.kind == sites::NamingContextKind::application;
}

/// Those that take its writes, `me` apart, and have joined.
std::vector<ControllerId> writable_replicas(const Configuration& standing,
                                            const sites::NamingContext& context, ControllerId me) {
  std::vector<ControllerId> found;
  for (const sites::Controller& controller : standing.forest.controllers) {
    if (controller.id == me || !standing.keys.contains(controller.id)) continue;
    if (sites::replica_kind(controller, context) == sites::ReplicaKind::writable) {
      found.push_back(controller.id);
    }
  }
  return found;
}

bool was_removed(const Snapshot& snapshot, NamingContextId context) {
  const auto entry = snapshot.find(entry_of(context));
  return entry && entry->deleted;
}

/// The key of its DN; the text where it is none.
std::string key_of(const sites::NamingContext& context) {
  const auto dn = sites::Dn::parse(context.dn);
  return dn ? dn->key() : context.dn;
}

const sites::NamingContext* application_named(const sites::Forest& forest, const std::string& key) {
  const auto found = std::ranges::find_if(forest.naming_contexts, [&](const auto& context) {
    return is_application(context) && key_of(context) == key;
  });
  return found == forest.naming_contexts.end() ? nullptr : &*found;
}

}  // namespace

ContextsChanged contexts_now(const Configuration& standing, const Snapshot& snapshot,
                             const NamingContextHeads& lasting, ControllerId me) {
  constexpr auto kApplication = sites::NamingContextKind::application;
  ContextsChanged now;
  std::ranges::copy_if(lasting, std::back_inserter(now.held),
                       [](const auto& head) { return head.kind != kApplication; });
  const auto* controller = sites::find_controller(standing.forest, me);
  EXPECTS(controller != nullptr);
  if (const auto given = contexts_of(standing.forest, *controller)) {
    std::ranges::copy_if(*given, std::back_inserter(now.held),
                         [](const auto& head) { return head.kind == kApplication; });
  }
  for (const NamingContextId id : snapshot.contexts()) {
    if (std::ranges::find(now.held, id, &NamingContextHead::id) != now.held.end()) continue;
    const auto* context = sites::find_naming_context(standing.forest, id);
    if (context == nullptr) {
      if (was_removed(snapshot, id)) now.removed.insert(id);
    } else if (is_application(*context)) {
      now.leaving.emplace(id, writable_replicas(standing, *context, me));
    }
  }
  return now;
}

bool changes_contexts(const sites::Forest& standing, const sites::Forest& wanted) {
  const auto lacks = [](const sites::Forest& forest) {
    return [&forest](const sites::NamingContext& context) {
      return sites::find_naming_context(forest, context.id) == nullptr;
    };
  };
  return std::ranges::any_of(standing.naming_contexts, lacks(wanted)) ||
         std::ranges::any_of(wanted.naming_contexts, lacks(standing));
}

std::vector<sites::NamingContext> new_contexts(const sites::Forest& standing,
                                               const sites::Forest& wanted) {
  std::vector<sites::NamingContext> found;
  std::ranges::copy_if(wanted.naming_contexts, std::back_inserter(found), [&](const auto& context) {
    return is_application(context) && sites::find_naming_context(standing, context.id) == nullptr;
  });
  return found;
}

CreateContext creation(const sites::NamingContext& context) {
  const auto dn = sites::Dn::parse(context.dn);
  EXPECTS(dn.has_value());  // a sound forest's
  return {{.id = context.id, .dn = *dn, .kind = context.kind}};
}

void begin_contexts(Together& changes, const std::vector<sites::NamingContext>& contexts) {
  std::vector<Change> first;
  for (const sites::NamingContext& context : contexts)
    first.emplace_back(creation(context));
  changes.changes.insert(changes.changes.begin(), first.begin(), first.end());
}

sites::Forest with_lasting_ids(sites::Forest wanted, const sites::Forest& standing,
                               const Snapshot& snapshot) {
  for (sites::NamingContext& context : wanted.naming_contexts) {
    if (!is_application(context) || sites::find_naming_context(standing, context.id) != nullptr) {
      continue;
    }
    const auto* same = application_named(standing, key_of(context));
    if (same != nullptr && sites::find_naming_context(wanted, same->id) == nullptr) {
      context.id = same->id;
    }
    while (sites::find_naming_context(standing, context.id) == nullptr &&
           snapshot.find(entry_of(context.id))) {
      context.id = NamingContextId(base::Guid::from_name(context.id.value, "again"));
    }
  }
  std::ranges::sort(wanted.naming_contexts, {}, &sites::NamingContext::id);
  return wanted;
}

WritersChanged writers_of(const sites::Forest& joined) {
  WritersChanged now;
  for (const sites::NamingContext& context : joined.naming_contexts) {
    if (context.kind != sites::NamingContextKind::domain) continue;
    for (const sites::Controller& controller : joined.controllers) {
      if (sites::replica_kind(controller, context) != sites::ReplicaKind::writable) continue;
      now.writers[context.id].insert(controller.id);
    }
  }
  return now;
}

ObjectId entry_of(NamingContextId context) {
  return ObjectId(base::Guid::from_name(context.value, "naming-context"));
}

}  // namespace ringspan::replicator::configuration
