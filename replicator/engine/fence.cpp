#include "replicator/engine/fence.hpp"

#include <algorithm>

#include "replicator/engine/schema.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

constexpr unsigned kVersionBits = 16;
constexpr std::uint64_t kVersions = (std::uint64_t{1} << kVersionBits) - 1;
constexpr std::string_view kClass = "objectclass";

/// An entry of the list of naming contexts, also one that was deleted under a fence.
bool lists_a_context(const Object& object) {
  const auto at = object.attributes.find(kClass);
  if (at == object.attributes.end()) return false;
  const auto& values = at->second.values;
  return std::ranges::find(values, kNamingContextClass) != values.end() ||
         (values.empty() && at->second.stamp.version > kVersions);
}

}  // namespace

std::uint64_t first_version(Revision revision) {
  return revision.value << kVersionBits;
}

std::string_view floor_mark(MasterRole role) {
  return role == MasterRole::schema ? "fencedschema" : "fencednaming";
}

// The mark is written after all that it speaks of, so whoever holds the cycle that brought it holds
// that as well; of our own writes everything is here.
std::uint64_t fence_floor(const Snapshot& snapshot, const RoleId& role) {
  if (role.role != MasterRole::schema && role.role != MasterRole::naming) return 0;
  const auto head = snapshot.find(head_of(role.scope));
  if (!head || head->deleted) return 0;
  const Object object = stored_object(*head);
  const auto mark = object.attributes.find(floor_mark(role.role));
  if (mark == object.attributes.end()) return 0;
  const Stamp& stamp = mark->second.stamp;
  const bool whole = mark->second.local == stamp.usn || snapshot.vector(role.scope).covers(stamp);
  return whole ? stamp.version & ~kVersions : 0;
}

std::optional<RoleId> guarded_by(const Object& object, std::string_view attribute,
                                 const NamingContextHeads& contexts) {
  if (const auto schema = schema_role(contexts); schema && object.naming_context == schema->scope) {
    return schema;
  }
  const auto naming = naming_role(contexts);
  if (!naming || object.naming_context != naming->scope) return std::nullopt;
  if (attribute == floor_mark(MasterRole::naming)) return naming;
  return lists_a_context(object) ? naming : std::nullopt;
}

bool is_void(const Object& object, std::uint64_t floor, const RoleId& role) {
  const std::string_view making = role.role == MasterRole::schema ? kName : kClass;
  const auto made = object.attributes.find(making);
  return made != object.attributes.end() && made->second.stamp.version < floor;
}

}  // namespace ringspan::replicator
