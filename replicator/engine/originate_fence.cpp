// Roles that the fence gives (docs/roles.md, F3 to F6), and what was written too late.

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "replicator/engine/originate.hpp"
#include "replicator/engine/originator.hpp"

namespace ringspan::replicator {

using base::Errc;
using base::fail;
using base::Result;

Result<Written> Originator::operator()(const TakeRole& take) {
  const Identity& me = writer_.identity();
  const Ownership now = ownership_of(writer_.store(), configuration_among(me.contexts), take.role);
  if (now.epoch.revision == take.revision && now.owner == me.controller) return written(now);
  if (now.epoch.revision >= take.revision) {
    return fail(
        Errc::refused,
        fmt::format("{} role: the fence has given revision {}, but the forest has seen {} already: "
                    "it was replaced, or restored from an old copy; put the former one back, or "
                    "take \"roles\" out of the definition and do without",
                    to_string(take.role.role), take.revision.value, now.epoch.revision.value));
  }
  // Nobody else has acted in the role since we did: all that is below the floor was below it then.
  const bool goes_on = now.epoch.owner == me.invocation && now.epoch.revision != Revision{};
  if (!goes_on) raise(take.role);
  Ownership next{.role = take.role,
                 .epoch = {.revision = take.revision,
                           .counter = now.epoch.counter + 1,
                           .owner = me.invocation},
                 .owner = me.controller,
                 .gained = take.request.empty() ? Gained::fence : Gained::transfer,
                 .when = writer_.now(),
                 .who = take.who,
                 .why = take.why,
                 .former = std::nullopt,
                 .request = take.request};
  if (now.owner != ControllerId{}) next.former = now.owner;
  return record(writer_, next);
}

// Puts all that is here above the floor, and then moves the floor. What the former owner wrote and
// nobody has brought yet loses against it, by the order of stamps, and is journaled as a conflict.
void Originator::raise(const RoleId& role) {
  if (role.role != MasterRole::schema && role.role != MasterRole::naming) return;
  std::vector<Object> guarded;
  writer_.store().changed_since(role.scope, Usn{}, [&](const Row& row) {
    if (row.deleted) return true;
    Object object = stored_object(row);
    const bool meant = role.role == MasterRole::schema
                           ? is_definition(object, writer_.identity().contexts)
                           : is_naming_context(object);
    if (meant) guarded.push_back(std::move(object));
    return true;
  });
  for (Object& object : guarded) {
    const Usn usn = writer_.store().next_usn();
    std::vector<std::pair<std::string, std::vector<std::string>>> values;
    for (const auto& [name, attribute] : object.attributes)
      values.emplace_back(name, attribute.values);
    for (auto& [name, held] : values)
      writer_.originate(object, name, std::move(held), usn);
    if (!object.attributes.contains(kIsDeleted)) writer_.originate(object, kIsDeleted, {}, usn);
    writer_.put(object, usn);
  }
  auto head = writer_.find(head_of(role.scope));
  if (!head) return;
  const Usn usn = writer_.store().next_usn();
  writer_.originate(*head, floor_mark(role.role), {base::to_string(writer_.now())}, usn);
  writer_.put(*head, usn);
}

void Originator::journal_void(const Object& object, const std::string& attribute,
                              const Attribute& lost) {
  Stamp kept = lost.stamp;
  if (const auto at = object.attributes.find(attribute); at != object.attributes.end()) {
    kept = at->second.stamp;
  }
  writer_.store().journal({.kind = ConflictKind::attribute,
                           .naming_context = object.naming_context,
                           .object = object.id,
                           .attribute = attribute,
                           .lost = lost.stamp,
                           .lost_values = lost.values,
                           .kept = kept,
                           .kept_values = {},
                           .noticed = writer_.now()});
}

void Originator::bury_void(const RoleId& role, ObjectId id) {
  const std::uint64_t floor = fence_floor(writer_.store(), role);
  auto object = writer_.find(id);
  if (floor == 0 || !object || object->deleted()) return;
  const NamingContextHeads& contexts = writer_.identity().contexts;
  const bool guarded = role.role == MasterRole::schema ? is_definition(*object, contexts)
                                                       : is_naming_context(*object);
  if (!guarded) return;
  const Object was = *object;
  const bool whole = is_void(was, floor, role);
  std::vector<std::string> lost;
  for (const auto& [name, attribute] : was.attributes) {
    const bool low = attribute.stamp.version < floor && !attribute.values.empty();
    if (low && (whole || role.role == MasterRole::schema)) lost.push_back(name);
  }
  if (!whole && lost.empty()) return;
  const std::string dn = directory_.dn_of(was);
  if (whole) {
    bury(*std::move(object));
  } else {
    const Usn usn = writer_.store().next_usn();
    for (const std::string& name : lost)
      writer_.originate(*object, name, {}, usn);
    writer_.put(*object, usn);
  }
  const auto now = writer_.find(id);
  for (const std::string& name : lost)
    journal_void(*now, name, was.attributes.find(name)->second);
  writer_.finding(Finding::Severity::warning,
                  fmt::format("{}: {} was written under an ownership that the fence had ended; it "
                              "is void and removed, its values stand in the journal of conflicts",
                              dn, whole ? "the object" : lost.front()));
}

void bury_void(Writer& writer, const RoleId& role, ObjectId id) {
  class NoGuids final : public GuidSource {
    base::Guid next() override { return {}; }
  };
  NoGuids none;
  Originator(writer, none).bury_void(role, id);
}

}  // namespace ringspan::replicator
