#include "replicator/engine/restore.hpp"

#include <utility>

#include <fmt/format.h>

#include "replicator/engine/schema.hpp"
#include "replicator/engine/settle_links.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

// One entry, and what is here now.
class Restoration {
 public:
  Restoration(const Snapshot& snapshot, const NamingContextHeads& contexts,
              const JournalEntry& entry)
      : snapshot_(snapshot), directory_(snapshot, contexts), entry_(entry) {}

  Result<Write> attribute(const Object& object) const;
  Result<Write> life(const Object& object) const;
  Result<Write> place(const Object& object) const;
  Result<Write> link(const Object& object, ObjectId target) const;

  /// Does the loser stand here still? Then whoever writes here has not seen the winner either.
  /// (What a deletion swallowed may come back with an undeletion.)
  Result<void> has_lost(const Object& object, std::optional<ObjectId> target) const;

  /// Refuses whatever asks for an object that is deleted.
  Result<Object> living(ObjectId id) const;
  Result<Object> any(ObjectId id) const;

 private:
  tl::unexpected<base::Error> refused(const Object& object, std::string_view reason) const {
    return fail(Errc::refused, fmt::format("{}: {}", directory_.short_dn_of(object), reason));
  }

  const Snapshot& snapshot_;
  Directory directory_;
  const JournalEntry& entry_;
};

Result<Object> Restoration::any(ObjectId id) const {
  auto object = directory_.object(id);
  if (object) return object;
  return fail(Errc::not_found, fmt::format("{}: is not held here; ask a controller that holds it",
                                           id.value.to_string()));
}

Result<Object> Restoration::living(ObjectId id) const {
  auto object = any(id);
  if (!object || !object->deleted()) return object;
  return fail(Errc::refused, fmt::format("{}: is deleted; undelete {} first",
                                         directory_.short_dn_of(*object), id.value.to_string()));
}

Result<void> Restoration::has_lost(const Object& object, std::optional<ObjectId> target) const {
  if (entry_.kind == ConflictKind::deletion) return {};
  std::optional<Stamp> stamp;
  if (target) {
    const auto link =
        snapshot_.link({.source = object.id, .attribute = entry_.attribute, .target = *target});
    if (link) stamp = link->stamp;
  } else if (const auto at = object.attributes.find(entry_.attribute);
             at != object.attributes.end()) {
    stamp = at->second.stamp;
  }
  if (!stamp || !stamp->same_write(entry_.lost)) return {};
  return refused(object, fmt::format("what its {} lost to has not arrived here yet; restore it "
                                     "where it has, or later",
                                     entry_.attribute));
}

Result<Write> Restoration::attribute(const Object& object) const {
  const auto at = object.attributes.find(entry_.attribute);
  const bool has_values = at != object.attributes.end() && !at->second.values.empty();
  if (entry_.lost_values.empty()) {
    if (!has_values) return refused(object, "has no " + entry_.attribute + " already");
    return Write(Unset{.target = object.id, .attributes = {entry_.attribute}});
  }
  if (has_values && at->second.values == entry_.lost_values) {
    return refused(object, "has this " + entry_.attribute + " already");
  }
  return Write(Set{.target = object.id, .attributes = {{entry_.attribute, entry_.lost_values}}});
}

// What lost is a deletion, or an undeletion.
Result<Write> Restoration::life(const Object& object) const {
  const bool wants_deletion = !entry_.lost_values.empty();
  if (wants_deletion == object.deleted()) {
    return refused(object, object.deleted() ? "is deleted already" : "is not deleted");
  }
  if (wants_deletion) return Write(Delete{.target = object.id});
  return Write(Undelete{.target = object.id});
}

Result<Write> Restoration::place(const Object& object) const {
  const auto lost = to_placement(entry_.lost_values);
  if (!lost) return refused(object, "the journal's entry makes no sense");
  const Placement now = object.placement();
  if (now == *lost) return refused(object, "stands there under this name already");
  if (now.parent == lost->parent) return Write(Rename{.target = object.id, .rdn = lost->rdn});
  const auto parent = living(lost->parent);
  if (!parent) return fail(parent.error());
  const Move move{.target = object.id, .parent = lost->parent};
  if (now.rdn == lost->rdn) return Write(move);
  // Each step must stand by itself; the name of now may be taken there, that of then here.
  const Rename rename{.target = object.id, .rdn = lost->rdn};
  const bool move_first = !snapshot_.child(lost->parent, now.rdn.key()).has_value();
  return Write(move_first ? Together{{move, rename}} : Together{{rename, move}});
}

Result<Write> Restoration::link(const Object& object, ObjectId target) const {
  const auto other = living(target);
  if (!other) return fail(other.error());
  const auto now =
      snapshot_.link({.source = object.id, .attribute = entry_.attribute, .target = target});
  const bool present = now && now->present;
  const bool wanted = !entry_.lost_values.empty();
  if (present == wanted) {
    return refused(object,
                   fmt::format("{} is {} value of {} already", directory_.short_dn_of(*other),
                               wanted ? "a" : "no", entry_.attribute));
  }
  if (wanted) {
    return Write(AddLink{.source = object.id, .attribute = entry_.attribute, .target = target});
  }
  return Write(RemoveLink{.source = object.id, .attribute = entry_.attribute, .target = target});
}

}  // namespace

Result<Write> restoration(const Snapshot& snapshot, const NamingContextHeads& contexts,
                          const JournalEntry& entry) {
  const Restoration restoration(snapshot, contexts, entry);
  const bool is_life = entry.attribute == kIsDeleted;
  const auto object = is_life ? restoration.any(entry.object) : restoration.living(entry.object);
  if (!object) return fail(object.error());
  const auto target = linked_target(Schema(snapshot, contexts), entry);
  if (auto lost = restoration.has_lost(*object, target); !lost) return fail(lost.error());
  if (is_life) return restoration.life(*object);
  if (entry.attribute == kName) return restoration.place(*object);
  return target ? restoration.link(*object, *target) : restoration.attribute(*object);
}

std::optional<ObjectId> linked_target(const Schema& schema, const JournalEntry& entry) {
  const bool is_link =
      entry.kind == ConflictKind::link ||
      ((entry.kind == ConflictKind::deletion || entry.kind == ConflictKind::divergence) &&
       schema.definition(entry.attribute).linked());
  const auto& values = entry.lost_values.empty() ? entry.kept_values : entry.lost_values;
  if (!is_link || values.empty()) return std::nullopt;
  return target_of(values.front());
}

}  // namespace ringspan::replicator
