#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/originator.hpp"

namespace ringspan::replicator {

using base::Errc;
using base::fail;
using base::Result;

Result<Written> Originator::operator()(const Delete& deletion) {
  auto object = locate(deletion.target);
  if (!object) return fail(object.error());
  if (auto movable = check_movable(*object, "deleted"); !movable) return fail(movable.error());
  std::vector<Object> below = living_below(object->id);
  if (is_naming_context(*object) || std::ranges::any_of(below, is_naming_context)) demand_naming();
  if (!below.empty() && !deletion.tree) {
    return fail(Errc::refused,
                fmt::format("{}: still has objects below it ({}); delete it with them (delete "
                            "--tree), or delete or move them first",
                            spoken(deletion.target), below.size()));
  }
  for (auto child = below.rbegin(); child != below.rend(); ++child)
    bury(std::move(*child));
  return bury(*std::move(object));
}

// Parents before children; those too whose place is not settled.
std::vector<Object> Originator::living_below(ObjectId top) const {
  std::vector<Object> below;
  std::set<ObjectId> seen{top};
  const auto add_children = [&](ObjectId parent) {
    writer_.store().children(parent, [&](const Row& row) {
      if (!row.deleted && seen.insert(row.id).second) below.push_back(stored_object(row));
      return true;
    });
  };
  add_children(top);
  for (std::size_t next = 0; next < below.size(); ++next)
    add_children(below[next].id);
  return below;
}

// What the deletion says it has seen of the object's links, exactly: for each originator of one,
// all its writes up to our cursor. A link beyond that came with a cycle that is not over; it is
// removed in so many words (rule R18).
Written Originator::bury(Object object) {
  const bool keep = writer_.identity().policy.recycle_bin;
  std::vector<std::pair<InvocationId, Usn>> seen;
  if (!keep) {
    const auto known = vector_of(writer_.store(), object.naming_context,
                                 writer_.identity().invocation, writer_.now());
    for (const Link& link : present_links(object.id)) {
      if (link.naming_context != object.naming_context) continue;
      if (known.covers(link.stamp)) {
        seen.emplace_back(link.stamp.originator, known.cursors().at(link.stamp.originator).usn);
      } else {
        writer_.originate(link.id, link.naming_context, false);
      }
    }
  }
  const Usn usn = writer_.store().next_usn();
  const auto name_values = to_values(object.placement());
  for (auto& [name, attribute] : object.attributes) {
    if (name == kName)
      writer_.originate(object, kName, name_values, usn);
    else if (!keep && name != kIsDeleted && !attribute.values.empty())
      writer_.originate(object, name, {}, usn);
  }
  writer_.originate(object, kIsDeleted, {std::string(keep ? kKept : kDeleted)}, usn);
  object.attributes.find(kIsDeleted)->second.context.merge(Context::of(seen));
  object.unplaced = false;
  return store(object, usn);
}

Result<Written> Originator::operator()(const Undelete& undelete) {
  auto object = directory_.locate_deleted(undelete.target);
  if (!object) return fail(object.error());
  if (auto writable = check_writable(object->naming_context); !writable) {
    return fail(writable.error());
  }
  const base::Duration lifetime = writer_.identity().policy.tombstone_lifetime;
  if (object->attributes.find(kIsDeleted)->second.stamp.time + lifetime <= writer_.now()) {
    return fail(Errc::refused,
                fmt::format("{}: was deleted longer ago than deleted objects are kept for sure "
                            "({}); others may have nothing of it any more; add it anew",
                            spoken(undelete.target), base::to_string(lifetime)));
  }
  Placement place = object->placement();
  if (undelete.rdn) {
    if (auto name = check_name(*undelete.rdn); !name) return fail(name.error());
    place.rdn = *undelete.rdn;
  }
  const auto parent = directory_.object(place.parent);
  if (!parent || parent->deleted()) {
    return fail(Errc::refused,
                fmt::format("{}: its parent {} is deleted too; undelete that first",
                            spoken(undelete.target),
                            parent ? directory_.dn_of(*parent) : place.parent.value.to_string()));
  }
  if (auto free = check_free(place.parent, place.rdn, object->id); !free) {
    return fail(free.error());
  }
  const bool whole = object->kept();
  const Usn usn = writer_.store().next_usn();
  writer_.originate(*object, kName, to_values(place), usn);
  writer_.originate(*object, kIsDeleted, {}, usn);
  const Written written = store(*object, usn);
  if (!whole) {
    for (const Link& link : present_links(object->id))
      writer_.originate(link.id, link.naming_context, false);
  }
  return written;
}

}  // namespace ringspan::replicator
