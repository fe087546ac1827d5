#include "replicator/engine/place.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/contracts.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/awaited.hpp"
#include "replicator/engine/holding.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::string_view kConflictMark = "\nCNF:";
constexpr std::size_t kLongestName = 255;
constexpr std::string_view kHalfKnownFact = "half-known-since/";
constexpr base::Duration kHalfKnownLimit = std::chrono::hours(1);

// A whole UTF-8 character, never half of one.
void drop_last_character(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) {
    text.pop_back();
  }
  if (!text.empty()) text.pop_back();
}

// Who of two may keep a name or a move: the later, a tie goes to the greater id (rule R12).
std::pair<base::Time, ObjectId> claim(const Object& object) {
  return {object.name_stamp().time, object.id};
}

// The objects of the ring in which `object` stands below itself, `object` first; empty if there is
// no such ring.
std::vector<Object> ring_through(const Snapshot& snapshot, const Object& object) {
  std::vector<Object> ring{object};
  std::set<ObjectId> seen{object.id};
  ObjectId at = object.placement().parent;
  while (!at.value.is_nil()) {
    if (at == object.id) return ring;
    if (!seen.insert(at).second) return {};  // a ring further up, of which `object` is no part
    const auto row = snapshot.find(at);
    if (!row) return {};
    ring.push_back(stored_object(*row));
    at = row->parent;
  }
  return {};
}

void journal_move(Writer& writer, ConflictKind kind, const Object& object, const Attribute& lost) {
  const Attribute& kept = object.attributes.find(kName)->second;
  writer.store().journal({.kind = kind,
                          .naming_context = object.naming_context,
                          .object = object.id,
                          .attribute = std::string(kName),
                          .lost = lost.stamp,
                          .lost_values = lost.values,
                          .kept = kept.stamp,
                          .kept_values = kept.values,
                          .noticed = writer.now()});
}

// An originating write of "name"; the object is stored unplaced until its new place is judged.
void replace(Writer& writer, Object& object, const Placement& placement, ConflictKind kind) {
  const Attribute lost = object.attributes.find(kName)->second;
  const Usn usn = writer.store().next_usn();
  writer.originate(object, kName, to_values(placement), usn);
  object.unplaced = true;
  writer.put(object, usn);
  journal_move(writer, kind, object, lost);
}

void to_lost_and_found(Writer& writer, Object& object, ConflictKind kind) {
  const Placement there{.parent = lost_and_found_of(object.naming_context),
                        .rdn = object.placement().rdn};
  replace(writer, object, there, kind);
}

void place_here(Writer& writer, Object& object) {
  object.unplaced = false;
  writer.put_quietly(object);
}

void break_ring(Writer& writer, const Object& object) {
  auto ring = ring_through(writer.store(), object);
  auto lowest = std::ranges::min_element(ring, {}, claim);
  to_lost_and_found(writer, *lowest, ConflictKind::cycle);
}

void yield_name(Writer& writer, Object& object) {
  const Placement placement = object.placement();
  const auto holder_id = writer.store().child(placement.parent, placement.rdn.key());
  EXPECTS(holder_id.has_value());
  Object holder = *writer.find(*holder_id);
  Object& loser = claim(holder) < claim(object) ? holder : object;
  const Placement aside{.parent = placement.parent,
                        .rdn = conflict_name(loser.placement().rdn, loser.id)};
  replace(writer, loser, aside, ConflictKind::name);
}

// The writes that make `object` stand ill.
std::vector<Stamp> reasons(const Snapshot& snapshot, const Object& object, Standing standing) {
  std::vector<Stamp> stamps{object.name_stamp()};
  const Placement placement = object.placement();
  if (standing == Standing::parent_deleted) {
    const Object parent = stored_object(*snapshot.find(placement.parent));
    stamps.push_back(parent.attributes.find(kIsDeleted)->second.stamp);
  } else if (standing == Standing::name_taken) {
    const auto holder = snapshot.child(placement.parent, placement.rdn.key());
    EXPECTS(holder.has_value());
    stamps.push_back(stored_object(*snapshot.find(*holder)).name_stamp());
  } else if (standing == Standing::below_itself) {
    for (const Object& one : ring_through(snapshot, object))
      stamps.push_back(one.name_stamp());
  }
  return stamps;
}

// Since when something of the context waits for the rest of a cycle that broke off.
class HalfKnown {
 public:
  HalfKnown(Writer& writer, NamingContextId context)
      : writer_(writer), fact_(std::string(kHalfKnownFact) + context.value.to_string()) {}

  bool too_long() const {
    const auto since = base::parse_time(writer_.store().fact(fact_));
    return since && writer_.now() - *since >= kHalfKnownLimit;
  }

  void note(bool waiting) {
    const bool noted = !writer_.store().fact(fact_).empty();
    if (waiting == noted) return;
    writer_.store().set_fact(fact_, waiting ? base::to_string(writer_.now()) : "");
  }

 private:
  Writer& writer_;
  std::string fact_;
};

// Settles what waits in one context, a step at a time.
class Settling {
 public:
  Settling(Writer& writer, NamingContextId context, bool patient)
      : writer_(writer),
        me_(originator_in(writer.store(), context, writer.identity().invocation)),
        known_(vector_of(writer.store(), context, writer.identity().invocation, writer.now())),
        patient_(patient) {}

  // One step towards a place for `object`; false when nothing more can be done here and now.
  bool remedy(Object& object);

  // True if something was left because it is known by half only.
  bool waiting() const { return waiting_; }

 private:
  bool half_known(const Object& object, Standing standing) const;

  Writer& writer_;
  InvocationId me_;
  UpToDatenessVector known_;
  bool patient_;
  bool waiting_ = false;
};

bool Settling::remedy(Object& object) {
  const Standing now = standing(writer_.store(), object);
  if (now == Standing::well) {
    place_here(writer_, object);
    return true;
  }
  if (now == Standing::parent_unknown) return false;
  if (!writer_.identity().may_write(object.naming_context)) return false;
  if (patient_ && half_known(object, now)) {
    waiting_ = true;
    return false;
  }
  if (now == Standing::parent_deleted) {
    to_lost_and_found(writer_, object, ConflictKind::orphan);
  } else if (now == Standing::below_itself) {
    break_ring(writer_, object);
  } else {
    yield_name(writer_, object);
  }
  return true;
}

// A cycle that broke off may have brought one of two that swap their names, or a deletion without
// the move before it. What our vector covers is here with all that its writer had seen.
bool Settling::half_known(const Object& object, Standing standing) const {
  return std::ranges::any_of(reasons(writer_.store(), object, standing), [&](const Stamp& stamp) {
    return stamp.originator != me_ && is_awaited(known_, stamp);
  });
}

std::vector<Object> unplaced_objects(const Snapshot& snapshot, NamingContextId context) {
  std::vector<Object> found;
  snapshot.unplaced(context, [&](const Row& row) {
    found.push_back(stored_object(row));
    return true;
  });
  std::ranges::sort(found, {}, claim);
  return found;
}

}  // namespace

Standing standing(const Snapshot& snapshot, const Object& object) {
  const Placement placement = object.placement();
  if (placement.parent.value.is_nil()) return Standing::well;  // the head of a naming context
  const auto parent = snapshot.find(placement.parent);
  if (!parent) return Standing::parent_unknown;
  if (parent->deleted) return Standing::parent_deleted;
  if (!ring_through(snapshot, object).empty()) return Standing::below_itself;
  const auto holder = snapshot.child(placement.parent, placement.rdn.key());
  return holder && *holder != object.id ? Standing::name_taken : Standing::well;
}

void unsettle_children(Writer& writer, ObjectId parent) {
  std::vector<Object> living;
  writer.store().children(parent, [&](const Row& row) {
    if (!row.deleted && !row.unplaced) living.push_back(stored_object(row));
    return true;
  });
  for (Object& child : living) {
    child.unplaced = true;
    writer.put_quietly(child);
  }
}

void settle(Writer& writer, NamingContextId context) {
  std::vector<Object> unplaced = unplaced_objects(writer.store(), context);
  HalfKnown half_known(writer, context);
  if (unplaced.empty()) return half_known.note(false);
  Settling settling(writer, context, !half_known.too_long());
  // Each remedy settles one conflict for good and makes at most one new object wait, under a name
  // that only it can bear; so this ends.
  for (bool moved = true; moved;) {
    moved = false;
    for (const Object& waiting : unplaced) {
      auto object = writer.find(waiting.id);  // an earlier remedy may have touched it
      if (object && object->unplaced && !object->deleted()) moved |= settling.remedy(*object);
    }
    unplaced = unplaced_objects(writer.store(), context);
  }
  half_known.note(settling.waiting());
}

sites::Rdn conflict_name(const sites::Rdn& rdn, ObjectId id) {
  const std::string mark = std::string(kConflictMark) + id.value.to_string();
  std::string stem = rdn.value.substr(0, rdn.value.find(kConflictMark));
  while (stem.size() + mark.size() > kLongestName)
    drop_last_character(stem);
  return {.type = rdn.type, .value = stem + mark};
}

bool is_conflict_name(const sites::Rdn& rdn, ObjectId id) {
  return rdn.value.ends_with(std::string(kConflictMark) + id.value.to_string());
}

}  // namespace ringspan::replicator
