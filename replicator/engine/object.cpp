#include "replicator/engine/object.hpp"

#include <algorithm>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::replicator {

std::vector<std::string> value_set(std::vector<std::string> values) {
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
  return values;
}

std::vector<std::string> to_values(const Placement& placement) {
  return {placement.rdn.to_string(), placement.parent.value.to_bytes()};
}

std::optional<Placement> to_placement(const std::vector<std::string>& values) {
  if (values.size() != 2) return std::nullopt;
  const auto parent = base::Guid::from_bytes(values[1]);
  if (!parent) return std::nullopt;
  auto rdn = sites::Rdn::parse(values[0]);
  if (!rdn) return std::nullopt;
  return Placement{ObjectId{*parent}, std::move(*rdn)};
}

Placement Object::placement() const {
  const auto name = attributes.find(kName);
  EXPECTS(name != attributes.end());
  auto placement = to_placement(name->second.values);
  EXPECTS(placement.has_value());
  return std::move(*placement);
}

const Stamp& Object::name_stamp() const {
  const auto name = attributes.find(kName);
  EXPECTS(name != attributes.end());
  return name->second.stamp;
}

bool Object::deleted() const {
  const auto mark = attributes.find(kIsDeleted);
  return mark != attributes.end() && !mark->second.values.empty();
}

bool Object::kept() const {
  const auto mark = attributes.find(kIsDeleted);
  return mark != attributes.end() && mark->second.values == std::vector{std::string(kKept)};
}

ObjectId head_of(NamingContextId context) {
  return ObjectId{context.value};
}

ObjectId lost_and_found_of(NamingContextId context) {
  return ObjectId{base::Guid::from_name(context.value, "LostAndFound")};
}

}  // namespace ringspan::replicator
