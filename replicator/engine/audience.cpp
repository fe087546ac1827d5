#include "replicator/engine/audience.hpp"

#include <algorithm>
#include <string>

#include "replicator/engine/originate.hpp"

namespace ringspan::replicator {
namespace {

std::string fact_of(NamingContextId context) {
  return "filled-with:" + context.value.to_string();
}

}  // namespace

std::optional<Audience> audience_of(const sites::Forest& forest, ControllerId destination,
                                    NamingContextId context) {
  const auto* controller = sites::find_controller(forest, destination);
  const auto* held = sites::find_naming_context(forest, context);
  if (controller == nullptr || held == nullptr) return std::nullopt;
  const auto kind = sites::replica_kind(*controller, *held);
  if (kind == sites::ReplicaKind::none) return std::nullopt;
  return Audience{.read_only = controller->read_only,
                  .partial = kind == sites::ReplicaKind::partial};
}

Audience audience_of(const Identity& identity, NamingContextId context) {
  return {.read_only = identity.read_only, .partial = identity.holds_in_part(context)};
}

Selection selection_of(const Schema& schema, const NamingContextHead& context,
                       const Audience& audience) {
  Selection selection{.only = audience.partial, .names = {}};
  if (context.kind == sites::NamingContextKind::schema) return {};
  for (const AttributeDefinition& definition : schema.all()) {
    const bool kept_back = definition.not_replicated || (audience.read_only && definition.filtered);
    if (!attribute_name(definition.name)) continue;  // no attribute can bear it
    if (audience.partial ? definition.partial && !kept_back : kept_back) {
      selection.names.insert(definition.name);
    }
  }
  return selection;
}

Selection selection_of(const Snapshot& snapshot, const NamingContextHeads& contexts,
                       NamingContextId context, const Audience& audience) {
  const auto head = std::ranges::find(contexts, context, &NamingContextHead::id);
  return selection_of(Schema(snapshot, contexts),
                      head == contexts.end() ? NamingContextHead{.id = context} : *head, audience);
}

Selection filled_with(const Snapshot& snapshot, NamingContextId context) {
  return to_selection(snapshot.fact(fact_of(context)));
}

void set_filled_with(Transaction& store, NamingContextId context, const Selection& selection) {
  store.set_fact(fact_of(context), to_text(selection));
}

}  // namespace ringspan::replicator
