#include "replicator/engine/schema.hpp"

#include <algorithm>

#include "base/fold.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::string_view kSingleValued = "issinglevalued";
constexpr std::string_view kBackLink = "backlink";

std::string text_of(const Object& object, std::string_view attribute) {
  const auto at = object.attributes.find(attribute);
  if (at == object.attributes.end() || at->second.values.empty()) return {};
  return at->second.values.front();
}

}  // namespace

Schema::Schema(const Snapshot& snapshot, const NamingContextHeads& contexts) : snapshot_(snapshot) {
  const auto at =
      std::ranges::find(contexts, sites::NamingContextKind::schema, &NamingContextHead::kind);
  if (at != contexts.end()) head_ = head_of(at->id);
}

AttributeDefinition Schema::definition(std::string_view attribute) const {
  const auto id = head_ ? snapshot_.child(*head_, attribute) : std::nullopt;
  const auto row = id ? snapshot_.find(*id) : std::nullopt;
  if (!row) return {.name = std::string(attribute)};
  return to_definition(stored_object(*row));
}

Values to_values(const AttributeDefinition& definition) {
  Values values;
  if (definition.single_valued) values.emplace(kSingleValued, std::vector<std::string>{"TRUE"});
  if (definition.linked()) values.emplace(kBackLink, std::vector{definition.back_link});
  return values;
}

AttributeDefinition to_definition(const Object& object) {
  return {.name = object.placement().rdn.key(),
          .single_valued = text_of(object, kSingleValued) == "TRUE",
          .back_link = base::fold_name(text_of(object, kBackLink))};
}

}  // namespace ringspan::replicator
