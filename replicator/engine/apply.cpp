#include "replicator/engine/apply.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/collection.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/resolve.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/settle_links.hpp"

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
  bool urgent = false;   // what was taken is announced at once
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

// A write of "name" that changes no name: a remedy, or what accompanies a deletion or an undelete,
// also one that lost since.
bool nobody_meant(const Object& object, const Attribute& name) {
  const auto placement = to_placement(name.values);
  if (placement && (is_conflict_name(placement->rdn, object.id) ||
                    placement->parent == lost_and_found_of(object.naming_context))) {
    return true;
  }
  const auto life = object.attributes.find(kIsDeleted);
  if (life == object.attributes.end()) return false;
  const auto writes = context_of_successor(life->second).entries();
  return std::ranges::find(writes, std::pair(name.stamp.originator, name.stamp.usn)) !=
         writes.end();
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

// Of two writes of one attribute that had not seen each other: whichever was an edit of an object
// that was deleted elsewhere, else the lesser one.
void journal_loss(Writer& writer, const Object& object, const AttributeChange& theirs,
                  const Attribute& ours, Outcome outcome) {
  const bool deletion_won = object.deleted() && part_of_deletion(object, theirs.stamp);
  const bool deletion_held = object.deleted() && part_of_deletion(object, ours.stamp);
  const bool ours_lost = deletion_won || (!deletion_held && outcome == Outcome::take_theirs);
  const Attribute lost =
      ours_lost ? ours : Attribute{.values = theirs.values, .stamp = theirs.stamp};
  if (theirs.name == kName && nobody_meant(object, lost)) return;
  if (!deletion_won && !deletion_held) {
    journal_conflict(writer, object, theirs, ours, outcome);
  } else if (!object.kept() || ours_lost == (outcome == Outcome::take_theirs)) {
    journal_lost_edit(writer, object, theirs.name, lost);
  }
}

void take_attribute(Writer& writer, const Schema& schema, Object& object,
                    const AttributeChange& theirs, Difference& difference) {
  const auto at = object.attributes.find(theirs.name);
  const Attribute* ours = at == object.attributes.end() ? nullptr : &at->second;
  Resolution resolution = resolve(ours, theirs);
  if (resolution.conflict) {
    journal_loss(writer, object, theirs, *ours, resolution.outcome);
  }
  if (resolution.outcome == Outcome::take_theirs) {
    difference.taken = true;
    difference.moved |= theirs.name == kName;
    difference.urgent |= schema.definition(theirs.name).urgent;
    object.attributes.insert_or_assign(theirs.name, std::move(resolution.attribute));
  } else if (ours != nullptr && *ours != resolution.attribute) {
    difference.noted = true;
    at->second = std::move(resolution.attribute);
  }
}

// "isdeleted" first: whether an edit is lost to a deletion depends on it.
Difference merge(Writer& writer, const Schema& schema, Object& object, const ObjectChange& change) {
  Difference difference;
  const bool lived = !object.deleted();
  for (const AttributeChange& theirs : change.attributes) {
    if (theirs.name == kIsDeleted) take_attribute(writer, schema, object, theirs, difference);
  }
  for (const AttributeChange& theirs : change.attributes) {
    if (theirs.name != kIsDeleted) take_attribute(writer, schema, object, theirs, difference);
    writer.observe(theirs.stamp);
  }
  difference.died = lived && object.deleted();
  difference.revived = !lived && !object.deleted();
  return difference;
}

// What never left this controller has no writer elsewhere who could have seen it: it goes with the
// object, and is no lost edit.
void drop_local_values(const Schema& schema, Object& object) {
  std::erase_if(object.attributes,
                [&](const auto& entry) { return schema.definition(entry.first).not_replicated; });
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
  const auto look = [&](const Stamp& stamp) {
    if (stamp.time <= latest) return;
    latest = stamp.time;
    whose = stamp.originator;
  };
  for (const ObjectChange& object : page.objects) {
    for (const AttributeChange& change : object.attributes)
      look(change.stamp);
  }
  for (const LinkChange& link : page.links)
    look(link.stamp);
  if (latest <= writer.now() + kClockTolerance) return;
  writer.finding(Finding::Severity::warning,
                 fmt::format("a write of database {} bears a time {} ahead of our clock; check the "
                             "clock of the controller that wrote it",
                             whose.value.to_string(), base::to_string(latest - writer.now())));
}

// Links that came before their object, or that a deletion may have swallowed.
bool has_links(const Snapshot& snapshot, ObjectId id, bool to_it_too) {
  bool found = false;
  const auto look = [&found](const Link& link) {
    found = link.present;
    return !found;
  };
  snapshot.links_from(id, look);
  if (!found && to_it_too) snapshot.links_to(id, look);
  return found;
}

std::vector<std::string> values_of(const LinkId& id, bool present) {
  if (!present) return {};
  return {value_of(id.target)};
}

void journal_conflict(Writer& writer, const Link& ours, const LinkChange& theirs, Outcome outcome) {
  const bool ours_lost = outcome == Outcome::take_theirs;
  const std::vector<std::string> our_values = values_of(ours.id, ours.present);
  const std::vector<std::string> their_values = values_of(theirs.id, theirs.present);
  writer.store().journal({.kind = ConflictKind::link,
                          .naming_context = ours.naming_context,
                          .object = ours.id.source,
                          .attribute = ours.id.attribute,
                          .lost = ours_lost ? ours.stamp : theirs.stamp,
                          .lost_values = ours_lost ? our_values : their_values,
                          .kept = ours_lost ? theirs.stamp : ours.stamp,
                          .kept_values = ours_lost ? their_values : our_values,
                          .noticed = writer.now()});
}

// A value more may be one too many, or one of an object that is gone.
void unsettle(Writer& writer, const Schema& schema, const LinkId& link) {
  const auto source = writer.store().find(link.source);
  if (source && (source->deleted || schema.definition(link.attribute).single_valued)) {
    writer.unsettle_links(link.source);
  }
  const auto target = writer.store().find(link.target);
  if (target && target->deleted) writer.unsettle_links(link.target);
}

// Whoever added the value anew may have had nothing of the removed one any more: that is no
// conflict.
bool may_be_collected(const Writer& writer, const Link& link) {
  return !link.present &&
         link.stamp.time + writer.identity().policy.tombstone_lifetime <= writer.now();
}

Result<void> apply_link(Writer& writer, const Schema& schema, NamingContextId context,
                        const LinkChange& theirs) {
  if (theirs.stamp.version == 0 || theirs.stamp.usn == Usn{}) {
    return fail(Errc::damaged, fmt::format("a link of {} bears no stamp", theirs.id.attribute));
  }
  const auto ours = writer.store().link(theirs.id);
  if (ours && ours->naming_context != context) {
    return fail(Errc::damaged, fmt::format("a link of object {} belongs to another naming context",
                                           theirs.id.source.value.to_string()));
  }
  LinkResolution resolution = resolve(ours ? &*ours : nullptr, theirs, context);
  if (resolution.conflict && !may_be_collected(writer, *ours)) {
    journal_conflict(writer, *ours, theirs, resolution.outcome);
  }
  if (resolution.outcome == Outcome::take_theirs) {
    writer.put(resolution.link);
    if (schema.definition(theirs.id.attribute).urgent) writer.hurry(context);
    if (theirs.present) unsettle(writer, schema, theirs.id);
  } else if (*ours != resolution.link) {
    writer.put_quietly(resolution.link);
  }
  writer.observe(theirs.stamp);
  return {};
}

Result<void> apply_object(Writer& writer, const Schema& schema, NamingContextId context,
                          const ObjectChange& change) {
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
  const auto bears_name = [](const AttributeChange& attribute) { return attribute.name == kName; };
  if (is_new && std::ranges::none_of(change.attributes, bears_name) &&
      collected_until(writer.store(), context) != base::Time{}) {
    return {};  // an edit of what was collected, by somebody who did not know that it was deleted
  }
  const Difference difference = merge(writer, schema, object, change);
  if (!object.attributes.contains(kName)) {
    return fail(Errc::damaged, fmt::format("object {} is unknown here and came without its name",
                                           change.id.value.to_string()));
  }
  if (is_new || difference.died) {
    object.links_unsettled |= has_links(writer.store(), object.id, object.deleted());
  }
  if (object.deleted()) {
    object.unplaced = false;
    if (difference.died && !object.kept()) drop_local_values(schema, object);
    if (difference.taken && !object.kept()) journal_lost_edits(writer, object);
  } else if (is_new || difference.moved || difference.revived) {
    object.unplaced = standing(writer.store(), object) != Standing::well;
  }
  if (difference.urgent) writer.hurry(context);
  if (difference.taken) {
    writer.put(object);
  } else if (difference.noted) {
    writer.put_quietly(object);
  }
  if (difference.died) unsettle_children(writer, object.id);
  return {};
}

// By one who held it as we did: what he had seen of it we had.
bool was_here(const UpToDatenessVector& known, const ObjectChange& change) {
  return std::ranges::any_of(change.attributes, [&](const AttributeChange& attribute) {
    if (attribute.name != kName && attribute.name != kIsDeleted) return false;
    return std::ranges::any_of(attribute.context.entries(), [&](const auto& seen) {
      return known.covers(Stamp{.originator = seen.first, .usn = seen.second});
    });
  });
}

}  // namespace

bool revives_what_was_collected(const Snapshot& snapshot, const Page& page,
                                const UpToDatenessVector& known) {
  if (collected_until(snapshot, page.naming_context) == base::Time{}) return false;
  return std::ranges::any_of(page.objects, [&](const ObjectChange& change) {
    return was_here(known, change) && !snapshot.find(change.id);
  });
}

Result<void> apply(Writer& writer, const Page& page) {
  warn_of_future(writer, page);
  const Schema schema(writer.store(), writer.identity().contexts);
  for (const ObjectChange& change : page.objects) {
    const auto applied = apply_object(writer, schema, page.naming_context, change);
    if (!applied) return applied;
  }
  for (const LinkChange& change : page.links) {
    const auto applied = apply_link(writer, schema, page.naming_context, change);
    if (!applied) return applied;
  }
  return {};
}

}  // namespace ringspan::replicator
