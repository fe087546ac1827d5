#include "replicator/engine/schema.hpp"

#include <algorithm>
#include <utility>

#include "base/fold.hpp"
#include "replicator/engine/fence.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

// The field's names where it has any (MS-ADA1 to MS-ADA3); flags of a bit field stand alone here,
// so that two changes of two flags do not meet in one value.
constexpr std::string_view kSyntax = "attributesyntax";
constexpr std::string_view kBackLink = "backlink";
constexpr std::string_view kForwardLink = "forwardlink";
constexpr std::string_view kTrue = "TRUE";

struct Flag {
  std::string_view attribute;
  bool AttributeDefinition::* meant;
};
constexpr Flag kFlags[] = {
    {"issinglevalued", &AttributeDefinition::single_valued},
    {"isnotreplicated", &AttributeDefinition::not_replicated},
    {"ismemberofpartialattributeset", &AttributeDefinition::partial},
    {"isfiltered", &AttributeDefinition::filtered},
    {"isurgent", &AttributeDefinition::urgent},
    {"isdefunct", &AttributeDefinition::retired},
};

std::string text_of(const Object& object, std::string_view attribute, std::uint64_t floor) {
  const auto at = object.attributes.find(attribute);
  if (at == object.attributes.end() || at->second.values.empty()) return {};
  if (at->second.stamp.version < floor) return {};
  return at->second.values.front();
}

}  // namespace

Schema::Schema(const Snapshot& snapshot, const NamingContextHeads& contexts) : snapshot_(snapshot) {
  if (const auto* head = schema_among(contexts)) context_ = head->id;
}

const AttributeDefinition& Schema::definition(std::string_view attribute) const {
  const auto known = known_.find(attribute);
  if (known != known_.end()) return known->second;
  const auto found = object(attribute);
  return known_
      .emplace(attribute, found ? to_definition(*found, floor())
                                : AttributeDefinition{.name = std::string(attribute)})
      .first->second;
}

std::optional<Object> Schema::object(std::string_view attribute) const {
  if (!context_ || attribute == kName || attribute == kIsDeleted) return std::nullopt;
  const auto id = snapshot_.child(head_of(*context_), attribute);
  if (!id || *id == lost_and_found_of(*context_)) return std::nullopt;
  const auto row = snapshot_.find(*id);
  if (!row) return std::nullopt;
  Object object = stored_object(*row);
  if (is_void(object, floor(), {MasterRole::schema, *context_})) return std::nullopt;
  return object;
}

std::uint64_t Schema::floor() const {
  if (!floor_) floor_ = fence_floor(snapshot_, {MasterRole::schema, *context_});
  return *floor_;
}

std::vector<AttributeDefinition> Schema::all() const {
  std::vector<AttributeDefinition> definitions;
  if (!context_) return definitions;
  const ObjectId lost_and_found = lost_and_found_of(*context_);
  snapshot_.children(head_of(*context_), [&](const Row& row) {
    if (row.name_key.empty() || row.id == lost_and_found) return true;
    const Object object = stored_object(row);
    if (!is_void(object, floor(), {MasterRole::schema, *context_})) {
      definitions.push_back(to_definition(object, floor()));
    }
    return true;
  });
  std::ranges::sort(definitions, {}, &AttributeDefinition::name);
  return definitions;
}

Values to_values(const AttributeDefinition& definition) {
  Values values;
  const auto say = [&values](std::string_view attribute, std::string_view value) {
    if (!value.empty()) values[std::string(attribute)] = {std::string(value)};
  };
  if (definition.syntax != Syntax::text) say(kSyntax, to_string(definition.syntax));
  say(kBackLink, definition.back_link);
  say(kForwardLink, definition.forward_link);
  for (const Flag& flag : kFlags)
    say(flag.attribute, definition.*flag.meant ? kTrue : "");
  return values;
}

AttributeDefinition to_definition(const Object& object, std::uint64_t floor) {
  AttributeDefinition definition{
      .name = object.placement().rdn.key(),
      .syntax = to_syntax(text_of(object, kSyntax, floor)),
      .back_link = base::fold_name(text_of(object, kBackLink, floor)),
      .forward_link = base::fold_name(text_of(object, kForwardLink, floor))};
  for (const Flag& flag : kFlags)
    definition.*flag.meant = text_of(object, flag.attribute, floor) == kTrue;
  if (definition.linked()) definition.syntax = Syntax::dn;
  return definition;
}

ObjectId definition_id(NamingContextId schema, std::string_view attribute) {
  return ObjectId(base::Guid::from_name(schema.value, "attribute:" + std::string(attribute)));
}

bool is_definition(const Object& object, const NamingContextHeads& contexts) {
  const auto* schema = schema_among(contexts);
  return schema != nullptr && object.naming_context == schema->id &&
         object.id != lost_and_found_of(schema->id) &&
         object.placement().parent == head_of(schema->id);
}

const NamingContextHead* schema_among(const NamingContextHeads& contexts) {
  const auto at =
      std::ranges::find(contexts, sites::NamingContextKind::schema, &NamingContextHead::kind);
  return at == contexts.end() ? nullptr : &*at;
}

}  // namespace ringspan::replicator
