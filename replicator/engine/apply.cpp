#include "replicator/engine/apply.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/place.hpp"
#include "replicator/engine/resolve.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

// What applying one change did to an object.
struct Difference {
  bool taken = false;    // some attribute has a new stamp: the object replicates onwards
  bool noted = false;    // only our own knowledge grew
  bool moved = false;    // "name" was taken
  bool died = false;     // it lived before and is deleted now
  bool revived = false;  // the contrary
};

Result<void> check(const AttributeChange& change) {
  if (change.name == kName && !to_placement(change.values)) {
    return fail(Errc::damaged, "an object's name makes no sense");
  }
  if (change.stamp.version == 0 || change.stamp.usn == Usn{}) {
    return fail(Errc::damaged, fmt::format("attribute {} bears no stamp", change.name));
  }
  return {};
}

// Did this write empty the attribute as part of deleting the object?
bool part_of_deletion(const Object& object, const Stamp& stamp) {
  const auto deletion = object.attributes.find(kIsDeleted);
  return deletion != object.attributes.end() && deletion->second.stamp.same_write(stamp);
}

void journal_conflict(Writer& writer, const Object& object, const AttributeChange& theirs,
                      const Attribute& ours, Outcome outcome) {
  const bool ours_lost = outcome == Outcome::take_theirs;
  const Stamp& lost = ours_lost ? ours.stamp : theirs.stamp;
  const Stamp& kept = ours_lost ? theirs.stamp : ours.stamp;
  writer.store().journal({.kind = ConflictKind::attribute,
                          .naming_context = object.naming_context,
                          .object = object.id,
                          .attribute = theirs.name,
                          .lost = lost,
                          .lost_values = ours_lost ? ours.values : theirs.values,
                          .kept = kept,
                          .kept_values = ours_lost ? theirs.values : ours.values,
                          .noticed = writer.now()});
}

// An edit that a deletion swallows is an edit lost to the deletion, whichever stamp is greater.
void journal_lost_edit(Writer& writer, const Object& object, const std::string& name,
                       const Attribute& edit) {
  const Attribute& deletion = object.attributes.find(kIsDeleted)->second;
  writer.store().journal({.kind = ConflictKind::deletion,
                          .naming_context = object.naming_context,
                          .object = object.id,
                          .attribute = name,
                          .lost = edit.stamp,
                          .lost_values = edit.values,
                          .kept = deletion.stamp,
                          .kept_values = {},
                          .noticed = writer.now()});
}

void take_attribute(Writer& writer, Object& object, const AttributeChange& theirs,
                    Difference& difference) {
  const auto at = object.attributes.find(theirs.name);
  const Attribute* ours = at == object.attributes.end() ? nullptr : &at->second;
  Resolution resolution = resolve(ours, theirs);
  if (resolution.conflict) {
    const bool deletion_won = object.deleted() && part_of_deletion(object, theirs.stamp);
    const bool deletion_held = object.deleted() && part_of_deletion(object, ours->stamp);
    if (theirs.name == kName && (deletion_won || deletion_held)) {
      // A deletion's own write of "name" changes no name: nothing is lost to it but the object.
    } else if (deletion_won) {
      journal_lost_edit(writer, object, theirs.name, *ours);
    } else if (deletion_held) {
      journal_lost_edit(writer, object, theirs.name,
                        {.values = theirs.values, .stamp = theirs.stamp});
    } else {
      journal_conflict(writer, object, theirs, *ours, resolution.outcome);
    }
  }
  if (resolution.outcome == Outcome::take_theirs) {
    difference.taken = true;
    difference.moved |= theirs.name == kName;
    object.attributes.insert_or_assign(theirs.name, std::move(resolution.attribute));
  } else if (ours != nullptr && *ours != resolution.attribute) {
    difference.noted = true;
    at->second = std::move(resolution.attribute);
  }
}

// "isdeleted" first: whether an edit is lost to a deletion depends on it.
Difference merge(Writer& writer, Object& object, const ObjectChange& change) {
  Difference difference;
  const bool lived = !object.deleted();
  for (const AttributeChange& theirs : change.attributes) {
    if (theirs.name == kIsDeleted) take_attribute(writer, object, theirs, difference);
  }
  for (const AttributeChange& theirs : change.attributes) {
    if (theirs.name != kIsDeleted) take_attribute(writer, object, theirs, difference);
    writer.observe(theirs.stamp);
  }
  difference.died = lived && object.deleted();
  difference.revived = !lived && !object.deleted();
  return difference;
}

// Values that stand on a deleted object were written by someone who did not know of the deletion.
void journal_lost_edits(Writer& writer, const Object& object) {
  for (const auto& [name, attribute] : object.attributes) {
    if (name == kName || name == kIsDeleted || attribute.values.empty()) continue;
    journal_lost_edit(writer, object, name, attribute);
  }
}

void warn_of_future(Writer& writer, const Page& page) {
  base::Time latest{};
  InvocationId whose;
  for (const ObjectChange& object : page.objects) {
    for (const AttributeChange& change : object.attributes) {
      if (change.stamp.time <= latest) continue;
      latest = change.stamp.time;
      whose = change.stamp.originator;
    }
  }
  if (latest <= writer.now() + kClockTolerance) return;
  writer.finding(Finding::Severity::warning,
                 fmt::format("a write of database {} bears a time {} ahead of our clock; check the "
                             "clock of the controller that wrote it",
                             whose.value.to_string(), base::to_string(latest - writer.now())));
}

Result<void> apply_object(Writer& writer, NamingContextId context, const ObjectChange& change) {
  for (const AttributeChange& attribute : change.attributes) {
    if (auto sound = check(attribute); !sound) return sound;
  }
  auto stored = writer.find(change.id);
  const bool is_new = !stored.has_value();
  Object object = is_new ? Object{.id = change.id, .naming_context = context, .attributes = {}}
                         : *std::move(stored);
  if (object.naming_context != context) {
    return fail(Errc::damaged, fmt::format("object {} belongs to another naming context here",
                                           change.id.value.to_string()));
  }
  const Difference difference = merge(writer, object, change);
  if (!object.attributes.contains(kName)) {
    return fail(Errc::damaged, fmt::format("object {} is unknown here and came without its name",
                                           change.id.value.to_string()));
  }
  if (object.deleted()) {
    object.unplaced = false;
    if (difference.taken) journal_lost_edits(writer, object);
  } else if (is_new || difference.moved || difference.revived) {
    object.unplaced = standing(writer.store(), object) != Standing::well;
  }
  if (difference.taken) {
    writer.put(object);
  } else if (difference.noted) {
    writer.put_quietly(object);
  }
  if (difference.died) unsettle_children(writer, object.id);
  return {};
}

}  // namespace

Result<void> apply(Writer& writer, const Page& page) {
  warn_of_future(writer, page);
  for (const ObjectChange& change : page.objects) {
    if (auto applied = apply_object(writer, page.naming_context, change); !applied) return applied;
  }
  return {};
}

}  // namespace ringspan::replicator
