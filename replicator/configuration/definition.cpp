#include "replicator/configuration/definition.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator::configuration {
namespace {

constexpr std::string_view kClass = "definition";

std::string text(const Object& object, std::string_view attribute) {
  const auto found = object.attributes.find(attribute);
  if (found == object.attributes.end() || found->second.values.empty()) return {};
  return found->second.values.front();
}

std::optional<Definition> definition_in(const Object& object) {
  if (object.deleted() || text(object, "objectclass") != kClass) return std::nullopt;
  const auto when = base::parse_time(text(object, "when"));
  Definition read{.id = object.id,
                  .hash = text(object, "hash"),
                  .who = text(object, "who"),
                  .when = when.value_or(base::Time{}),
                  .summary = text(object, "summary"),
                  .forest = text(object, "forest")};
  if (!when || read.hash.empty()) return std::nullopt;
  return read;
}

}  // namespace

std::vector<Definition> definitions_in(const Snapshot& snapshot, NamingContextId context) {
  std::vector<Definition> definitions;
  snapshot.changed_since(context, Usn{}, [&definitions](const Row& row) {
    if (auto found = definition_in(stored_object(row))) definitions.push_back(*std::move(found));
    return true;
  });
  std::ranges::sort(definitions, std::greater(),
                    [](const Definition& one) { return std::tuple(one.when, one.id); });
  return definitions;
}

Add record(const Definition& definition, const sites::Forest& forest) {
  const std::string when = base::to_string(definition.when);
  const auto* context = sites::find_naming_context(forest, configuration_of(forest));
  sites::Dn dn;
  if (context != nullptr) {
    if (const auto head = sites::Dn::parse(context->dn)) dn = *head;
  }
  const std::string name = fmt::format("{} {}", when, definition.hash.substr(0, 8));
  dn.rdns.insert(dn.rdns.begin(), {sites::Rdn{.type = "cn", .value = name},
                                   sites::Rdn{.type = "cn", .value = "definitions"}});
  Values values{
      {"objectclass", {std::string(kClass)}}, {"hash", {definition.hash}}, {"when", {when}}};
  if (!definition.who.empty()) values["who"] = {definition.who};
  if (!definition.summary.empty()) values["summary"] = {definition.summary};
  if (!definition.forest.empty() && definition.forest.size() <= kLargestDefinition) {
    values["forest"] = {definition.forest};
  }
  return {.dn = std::move(dn), .attributes = std::move(values)};
}

}  // namespace ringspan::replicator::configuration
