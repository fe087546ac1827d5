#include "replicator/configuration/contexts.hpp"

#include <algorithm>
#include <utility>

#include "base/contracts.hpp"
#include "replicator/engine/genesis.hpp"
#include "replicator/engine/holding.hpp"

namespace ringspan::replicator::configuration {
namespace {

/// May come and go while the forest runs.
bool is_changeable(const sites::NamingContext& context) {
  return context.kind == sites::NamingContextKind::application ||
         context.kind == sites::NamingContextKind::domain;
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

/// The one of this kind and DN.
const sites::NamingContext* same_in(const sites::Forest& forest,
                                    const sites::NamingContext& context) {
  const auto found = std::ranges::find_if(forest.naming_contexts, [&](const auto& one) {
    return one.kind == context.kind && key_of(one) == key_of(context);
  });
  return found == forest.naming_contexts.end() ? nullptr : &*found;
}

/// Gives one of its naming contexts another id.
void rename(sites::Forest& forest, sites::NamingContext& context, NamingContextId id) {
  for (sites::Controller& controller : forest.controllers) {
    if (controller.domain == context.id) controller.domain = id;
    std::ranges::replace(controller.preferred_bridgehead_of, context.id, id);
    std::ranges::sort(controller.preferred_bridgehead_of);
  }
  context.id = id;
}

/// What `controller` holds for as long as it is a member, and what it was given since; but not a
/// domain that began here and of which it shall hold a part only: first others get the whole.
NamingContextHeads held_by(const Configuration& standing, const sites::Controller& controller,
                           const Snapshot& snapshot, const NamingContextHeads& lasting) {
  NamingContextHeads held;
  const auto is_held = [&held](const NamingContextHead& head) {
    return std::ranges::find(held, head.id, &NamingContextHead::id) != held.end();
  };
  const auto hands_over = [&](const NamingContextHead& head) {
    return head.is_partial && was_created_here(snapshot, head.id);
  };
  for (const NamingContextHead& head : lasting) {
    const bool gone = sites::find_naming_context(standing.forest, head.id) == nullptr &&
                      was_removed(snapshot, head.id) && !head.is_home;
    const bool given = head.kind == sites::NamingContextKind::application;
    if (!gone && !given && !hands_over(head)) held.push_back(head);
  }
  const auto given = contexts_of(standing.forest, controller);
  if (!given) return held;
  for (const NamingContextHead& head : *given) {
    const bool later = head.kind == sites::NamingContextKind::application ||
                       (head.kind == sites::NamingContextKind::domain && head.is_partial);
    if (later && !is_held(head) && !hands_over(head)) held.push_back(head);
  }
  return held;
}

}  // namespace

ContextsChanged contexts_now(const Configuration& standing, const Snapshot& snapshot,
                             const NamingContextHeads& lasting, ControllerId me) {
  const auto* controller = sites::find_controller(standing.forest, me);
  EXPECTS(controller != nullptr);
  ContextsChanged now;
  now.held = held_by(standing, *controller, snapshot, lasting);
  for (const NamingContextId id : snapshot.contexts()) {
    if (std::ranges::find(now.held, id, &NamingContextHead::id) != now.held.end()) continue;
    const auto* context = sites::find_naming_context(standing.forest, id);
    if (context == nullptr) {
      if (was_removed(snapshot, id)) now.removed.insert(id);
    } else if (is_changeable(*context)) {
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
    return is_changeable(context) && sites::find_naming_context(standing, context.id) == nullptr;
  });
  return found;
}

std::optional<ControllerId> first_owner(const sites::Forest& wanted,
                                        const sites::NamingContext& context,
                                        const std::vector<std::string>& preferred) {
  if (context.kind != sites::NamingContextKind::domain) return std::nullopt;
  const auto is_writable = [&context](const sites::Controller& controller) {
    return sites::replica_kind(controller, context) == sites::ReplicaKind::writable;
  };
  for (const std::string& name : preferred) {
    const auto* controller = sites::find_controller(wanted, name);
    if (controller != nullptr && is_writable(*controller)) return controller->id;
  }
  const sites::Controller* first = nullptr;
  for (const sites::Controller& controller : wanted.controllers) {
    if (!is_writable(controller)) continue;
    if (first == nullptr || controller.name < first->name) first = &controller;
  }
  return first == nullptr ? std::nullopt : std::optional(first->id);
}

void begin_contexts(Together& changes, const std::vector<sites::NamingContext>& contexts,
                    const sites::Forest& wanted, const std::vector<std::string>& preferred) {
  std::vector<Change> first;
  for (const sites::NamingContext& context : contexts) {
    const auto dn = sites::Dn::parse(context.dn);
    EXPECTS(dn.has_value());  // a sound forest's
    first.emplace_back(CreateContext{.head = {.id = context.id, .dn = *dn, .kind = context.kind},
                                     .first_owner = first_owner(wanted, context, preferred)});
  }
  changes.changes.insert(changes.changes.begin(), first.begin(), first.end());
}

sites::Forest with_lasting_ids(sites::Forest wanted, const sites::Forest& standing,
                               const Snapshot& snapshot) {
  for (sites::NamingContext& context : wanted.naming_contexts) {
    if (!is_changeable(context) || sites::find_naming_context(standing, context.id) != nullptr) {
      continue;
    }
    const auto* same = same_in(standing, context);
    if (same != nullptr && sites::find_naming_context(wanted, same->id) == nullptr) {
      rename(wanted, context, same->id);
    }
    while (sites::find_naming_context(standing, context.id) == nullptr &&
           snapshot.find(entry_of(context.id))) {
      rename(wanted, context, NamingContextId(base::Guid::from_name(context.id.value, "again")));
    }
  }
  std::ranges::sort(wanted.naming_contexts, {}, &sites::NamingContext::id);
  return wanted;
}

ObjectId entry_of(NamingContextId context) {
  return ObjectId(base::Guid::from_name(context.value, "naming-context"));
}

}  // namespace ringspan::replicator::configuration
