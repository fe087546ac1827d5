#include "replicator/engine/audience.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "replicator/engine/originate.hpp"

namespace ringspan::replicator {
namespace {

std::string fact_of(NamingContextId context) {
  return "filled-with:" + context.value.to_string();
}

constexpr Audience kAudiences[] = {
    {}, {.read_only = true}, {.partial = true}, {.read_only = true, .partial = true}};

std::string fact_of(const Audience& audience) {
  return fmt::format("selected:{}{}", audience.read_only ? "read-only" : "writable",
                     audience.partial ? ",partial" : "");
}

// Before the words, since those of everything are none.
constexpr char kSaid = '=';

Selection selection_of(const std::vector<AttributeDefinition>& definitions,
                       const Audience& audience) {
  Selection selection{.only = audience.partial, .names = {}};
  for (const AttributeDefinition& definition : definitions) {
    const bool kept_back = definition.not_replicated || (audience.read_only && definition.filtered);
    if (!attribute_name(definition.name)) continue;  // no attribute can bear it
    if (audience.partial ? definition.partial && !kept_back : kept_back) {
      selection.names.insert(definition.name);
    }
  }
  return selection;
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
  return {.read_only = identity.read_only && !identity.policy.promoted,
          .partial = identity.holds_in_part(context)};
}

Selection selection_of(const Schema& schema, const NamingContextHead& context,
                       const Audience& audience) {
  if (context.kind == sites::NamingContextKind::schema) return {};
  return selection_of(schema.all(), audience);
}

Selection selection_of(const Snapshot& snapshot, const NamingContextHeads& contexts,
                       NamingContextId context, const Audience& audience) {
  const auto* schema = schema_among(contexts);
  if (schema == nullptr) return selection_of(std::vector<AttributeDefinition>(), audience);
  if (schema->id == context) return {};
  const std::string kept = snapshot.fact(fact_of(audience));
  if (kept.starts_with(kSaid)) return to_selection(std::string_view(kept).substr(1));
  return selection_of(Schema(snapshot, contexts).all(), audience);
}

void keep_selections(Transaction& store, const NamingContextHeads& contexts) {
  const auto definitions = Schema(store, contexts).all();
  for (const Audience& audience : kAudiences)
    store.set_fact(fact_of(audience), kSaid + to_text(selection_of(definitions, audience)));
}

void drop_selections(Transaction& store) {
  if (!has_selections(store)) return;
  for (const Audience& audience : kAudiences)
    store.set_fact(fact_of(audience), "");
}

bool has_selections(const Snapshot& snapshot) {
  return !snapshot.fact(fact_of(Audience{})).empty();
}

Selection filled_with(const Snapshot& snapshot, NamingContextId context) {
  return to_selection(snapshot.fact(fact_of(context)));
}

void set_filled_with(Transaction& store, NamingContextId context, const Selection& selection) {
  store.set_fact(fact_of(context), to_text(selection));
}

}  // namespace ringspan::replicator
