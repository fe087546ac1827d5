// What is true of a world: whether its replicas agree, and whether its invariants hold.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/canonical.hpp"
#include "replicator/engine/collection.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

// The first difference between two replicas of a context, in words; empty if there is none.
std::string difference(const std::vector<Object>& ours, const std::vector<Object>& theirs) {
  const auto [left, right] = std::ranges::mismatch(ours, theirs);
  if (left == ours.end() && right == theirs.end()) return {};
  if (left == ours.end()) return "lacks object " + right->id.value.to_string();
  if (right == theirs.end() || left->id < right->id) {
    return "alone has object " + left->id.value.to_string();
  }
  if (right->id < left->id) return "lacks object " + right->id.value.to_string();
  const auto [a, b] = std::ranges::mismatch(left->attributes, right->attributes);
  const auto& name = a != left->attributes.end() ? a->first : b->first;
  return fmt::format("differs in {} of object {} ({})", name, left->id.value.to_string(),
                     left->placement().rdn.to_string());
}

// The same of the links.
std::string difference(const std::vector<Link>& ours, const std::vector<Link>& theirs) {
  const auto [left, right] = std::ranges::mismatch(ours, theirs);
  if (left == ours.end() && right == theirs.end()) return {};
  const bool alone = right == theirs.end() || (left != ours.end() && left->id < right->id);
  const bool lacks = left == ours.end() || (right != theirs.end() && right->id < left->id);
  const LinkId& id = lacks ? right->id : left->id;
  return fmt::format("{} link {} of object {} to {}",
                     alone   ? "alone has"
                     : lacks ? "lacks"
                             : "differs in",
                     id.attribute, id.source.value.to_string(), id.target.value.to_string());
}

// Was it collected, or may it have been?
bool is_over(const Object& object, base::Time collected) {
  return object.deleted() && object.attributes.find(kIsDeleted)->second.stamp.time <= collected;
}

// It is over, or was deleted, and what became of it then has not come here yet.
bool may_be_forgotten(const Object& object, const UpToDatenessVector& known, base::Time collected) {
  if (collected == base::Time{}) return false;
  const auto life = object.attributes.find(kIsDeleted);
  return is_over(object, collected) ||
         (life != object.attributes.end() && !known.covers(life->second.stamp));
}

// Without what died so long ago that one of two replicas has collected it, and the other may soon.
std::vector<Object> kept(std::vector<Object> objects, base::Time collected) {
  std::erase_if(objects, [collected](const Object& object) { return is_over(object, collected); });
  return objects;
}
std::vector<Link> kept(std::vector<Link> links, const Snapshot& ours, const Snapshot& theirs,
                       base::Time collected) {
  const auto is_here = [&](ObjectId id) { return ours.find(id) && theirs.find(id); };
  std::erase_if(links, [&](const Link& link) {
    return collected != base::Time{} && (!is_here(link.id.source) || !is_here(link.id.target) ||
                                         (!link.present && link.stamp.time <= collected));
  });
  return links;
}

// The same of all that both hold of a context.
std::string difference(const Snapshot& ours, const Snapshot& theirs, NamingContextId context,
                       const Selection& shared) {
  const base::Time collected =
      std::max(collected_until(ours, context), collected_until(theirs, context));
  const auto objects = kept(canonical_objects(ours, context, shared), collected);
  const auto their_objects = kept(canonical_objects(theirs, context, shared), collected);
  if (objects != their_objects) return difference(objects, their_objects);
  return difference(kept(canonical_links(ours, context, shared), ours, theirs, collected),
                    kept(canonical_links(theirs, context, shared), ours, theirs, collected));
}

bool holds_context(const Identity& identity, NamingContextId context) {
  return std::ranges::find(identity.contexts, context, &NamingContextHead::id) !=
         identity.contexts.end();
}

std::vector<StampedName> stamps_in(const Snapshot& snapshot, ObjectId id) {
  const auto row = snapshot.find(id);
  if (!row) return {};
  return read_stamps(*row).value_or(std::vector<StampedName>{});
}

}  // namespace

// What a replica holds by its own schema, of what is replicated.
Selection World::held(const Actor& actor, NamingContextId context) {
  return selection_of(*actor.store->read(), actor.identity.contexts, context,
                      audience_of(actor.identity, context));
}

bool World::is_compared(const Actor& actor, NamingContextId context,
                        const std::set<std::string>& among) {
  return actor.engine && !actor.is_out() && !actor.identity.quarantined &&
         holds_context(actor.identity, context) && (among.empty() || among.contains(actor.name));
}

std::string World::divergence(const std::set<std::string>& among) const {
  std::set<NamingContextId> contexts;
  for (const auto& [id, actor] : actors_) {
    for (const NamingContextHead& head : actor->identity.contexts)
      contexts.insert(head.id);
  }
  for (const NamingContextId context : contexts) {
    const Actor* first = nullptr;  // one that holds as much as any
    for (const auto& [id, actor] : actors_) {
      if (!is_compared(*actor, context, among)) continue;
      if (first == nullptr || actor->identity.may_write(context)) first = actor.get();
    }
    for (const auto& [id, actor] : actors_) {
      if (actor.get() == first || !is_compared(*actor, context, among)) continue;
      const Selection shared = both(held(*first, context), held(*actor, context));
      const std::string differs =
          difference(*first->store->read(), *actor->store->read(), context, shared);
      if (differs.empty()) continue;
      return fmt::format("{} against {}: {} {}", first->name, actor->name, first->name, differs);
    }
  }
  return {};
}

// What `destination` lacks of what its own vector says that it holds, judged by `other`'s content.
std::string World::lacking(const Actor& destination, const Actor& other) const {
  const auto ours = destination.store->read();
  const auto theirs = other.store->read();
  for (const NamingContextHead& context : destination.identity.contexts) {
    if (!holds_context(other.identity, context.id)) continue;
    const auto vector = vector_of(*ours, context.id, destination.identity.invocation, now_);
    const Selection meant =
        both(both(filled_with(*ours, context.id), filled_with(*theirs, context.id)),
             both(held(destination, context.id), held(other, context.id)));
    std::string found;
    // Whoever is filled later gets nothing of what its source has collected.
    base::Time collected;
    for (const auto& [id, actor] : actors_)
      collected = std::max(collected, collected_until(*actor->store->read(), context.id));
    theirs->all_changed_since(context.id, Usn{}, [&](const Snapshot::Changed& changed) {
      if (const auto* link = std::get_if<const Link*>(&changed)) {
        if (is_doubtful((*link)->stamp)) return true;
        if (!vector.covers((*link)->stamp) || !meant.has((*link)->id.attribute)) return true;
        const bool over = !(*link)->present && (*link)->stamp.time <= collected;
        const bool hangs = !ours->find((*link)->id.source) || !ours->find((*link)->id.target);
        if (over || (hangs && collected != base::Time{})) return true;
        const auto held = ours->link((*link)->id);
        if (held && !(rank(*held) < rank(**link))) return true;
        found = fmt::format("{} says that it holds write {} of {}, but lacks that link {}",
                            destination.name, (*link)->stamp.usn.value,
                            name_of((*link)->stamp.originator), (*link)->id.attribute);
        return false;
      }
      const Object object = stored_object(*std::get<const Row*>(changed));
      const auto our_row = ours->find(object.id);
      const Object held = our_row ? stored_object(*our_row) : Object{};
      if (!our_row && may_be_forgotten(object, vector, collected)) return true;
      for (const auto& [name, attribute] : object.attributes) {
        if (is_doubtful(attribute.stamp)) continue;
        if (!vector.covers(attribute.stamp) || !meant.has(name)) continue;
        const auto at = held.attributes.find(name);
        if (at != held.attributes.end() && !(at->second.stamp < attribute.stamp)) continue;
        found = fmt::format("{} says that it holds write {} of {}, but lacks it in {} of {}",
                            destination.name, attribute.stamp.usn.value,
                            name_of(attribute.stamp.originator), name,
                            object.placement().rdn.to_string());
        return false;
      }
      return true;
    });
    if (!found.empty()) return found;
  }
  return {};
}

std::string World::broken_invariant() const {
  if (!broken_.empty()) return broken_;
  if (std::string two = two_owners(); !two.empty()) return two;
  if (std::string twice = issued_twice(); !twice.empty()) return twice;
  if (std::string overlap = pools_overlap(); !overlap.empty()) return overlap;
  for (const auto& [id, actor] : actors_) {
    const auto snapshot = actor->store->read();
    std::set<Usn> usns;
    for (const NamingContextHead& context : actor->identity.contexts) {
      bool unique = true;
      snapshot->all_changed_since(context.id, Usn{}, [&](const Snapshot::Changed& changed) {
        const Usn usn = std::visit([](const auto* one) { return one->usn; }, changed);
        unique &= usns.insert(usn).second && usn <= snapshot->highest_usn();
        return unique;
      });
      if (!unique) return actor->name + " gave a USN twice";
    }
    for (const SourceRecord& record : snapshot->sources()) {
      const auto source = actors_.find(record.source);
      if (source == actors_.end()) continue;
      const bool same_life = record.watermark.source == source->second->identity.invocation;
      const bool former_life = source->second->former.contains(record.watermark.source);
      if (former_life || put_back_.contains(record.watermark.source)) continue;
      if (!same_life && record.watermark.usn != Usn{}) {
        return fmt::format("{} keeps a watermark of {} that {} never gave", actor->name,
                           source->second->name, source->second->name);
      }
      if (record.watermark.usn > source->second->store->read()->highest_usn()) {
        return fmt::format("{} has looked further at {} than {} is", actor->name,
                           source->second->name, source->second->name);
      }
    }
    for (const auto& [other_id, other] : actors_) {
      if (other_id == id || actor->is_out() || other->is_out()) continue;
      // What a read-only one alone has heard of a life that expired stays there alone (rule R28).
      const bool reads = actor->identity.read_only || other->identity.read_only;
      if (reads && somebody_expired_) continue;
      if (auto lack = lacking(*actor, *other); !lack.empty()) return lack;
    }
  }
  return {};
}

// An object that changes again before the cycle that carried it is over comes again whole: the
// vector speaks of whole cycles only. Any other repetition is waste.
void World::note_crossing(const Actor& destination, ControllerId source, const Page& page) {
  auto& edge = actor(destination.identity.controller).edges[source];
  std::uint64_t& cycle = edge.cycles[page.naming_context];
  auto& objects = edge.objects[page.naming_context];
  const auto note = [&](ObjectId object, const std::string& attribute, const Stamp& stamp) {
    objects.insert(object);
    actor(destination.identity.controller).had.insert(object);
    ++carried_;
    if (is_doubtful(stamp)) return;  // covered by no vector, it crosses each new connection
    const Actor::Value value{object, attribute, stamp.originator, stamp.usn};
    const auto [at, first_time] = edge.crossed.emplace(value, cycle);
    if (first_time || at->second == cycle || repeats_allowed_ || !broken_.empty()) return;
    broken_ = fmt::format("{} of object {}, write {} of {}, came twice from {} to {}", attribute,
                          object.value.to_string(), stamp.usn.value, name_of(stamp.originator),
                          actor(source).name, destination.name);
  };
  for (const ObjectChange& object : page.objects) {
    for (const AttributeChange& change : object.attributes)
      note(object.id, change.name, change.stamp);
  }
  for (const LinkChange& link : page.links)
    note(link.id.source, link.id.attribute, link.stamp);
  cycle += page.last() ? 1U : 0U;
}

std::vector<JournalEntry> World::conflicts() const {
  std::map<std::tuple<ObjectId, std::string, InvocationId, Usn>, JournalEntry> entries;
  for (const auto& [id, actor] : actors_) {
    actor->store->read()->journal([&](const JournalEntry& entry) {
      entries.emplace(
          std::tuple(entry.object, entry.attribute, entry.lost.originator, entry.lost.usn), entry);
      return true;
    });
  }
  std::vector<JournalEntry> found;
  for (auto& [identity, entry] : entries)
    found.push_back(std::move(entry));
  return found;
}

std::optional<PullCounts> World::last_pull(std::string_view destination_name,
                                           std::string_view source_name) const {
  const Actor* destination = find(destination_name);
  const Actor* source = find(source_name);
  if (destination == nullptr || source == nullptr) return std::nullopt;
  std::optional<PullCounts> sum;
  for (const SourceRecord& record : destination->store->read()->sources()) {
    if (record.source != source->identity.controller) continue;
    if (!sum) sum = PullCounts{};
    PullCounts counts = record.last_pull;
    const auto edge = destination->edges.find(record.source);
    if (counts.pages > 0 && edge != destination->edges.end()) {
      const auto objects = edge->second.objects.find(record.naming_context);
      if (objects != edge->second.objects.end()) counts.objects = objects->second.size();
    }
    *sum += counts;
  }
  return sum;
}

// Who was let in anew by one that expired before it passed that on is unknown to everybody else.
bool World::retired(std::string_view name) const {
  const Actor* actor = find(name);
  if (actor == nullptr || actor->is_out()) return actor != nullptr;
  if (options_.configuration || actor->key == actor->name) return false;
  bool alone = true;
  for (const auto& [id, other] : actors_) {
    if (other.get() == actor || other->is_out()) continue;
    if (known_key(*other, *actor) == actor->key) return false;
    alone = false;
  }
  return !alone;
}

bool World::had(std::string_view name, ObjectId object) const {
  const Actor* actor = find(name);
  return actor != nullptr && actor->had.contains(object);
}

bool World::quarantined(std::string_view name) const {
  const Actor* actor = find(name);
  return actor != nullptr && actor->identity.quarantined;
}

std::string World::quarantine(std::string_view name) const {
  const Actor* actor = find(name);
  if (actor == nullptr) return {};
  const auto snapshot = actor->store->read();
  const auto quarantine = quarantine_of(*snapshot, actor->identity.invocation);
  return quarantine ? sentence(*snapshot, actor->identity, *quarantine) : std::string();
}

bool World::was_put_back(std::string_view name) const {
  return put_back_to(name).has_value();
}

std::optional<Usn> World::put_back_to(std::string_view name) const {
  const Actor* actor = find(name);
  if (actor == nullptr) return std::nullopt;
  const auto life = put_back_.find(actor->identity.invocation);
  return life == put_back_.end() ? std::nullopt : std::optional(life->second);
}

bool World::rollback_shows(std::string_view name) const {
  const Actor* actor = find(name);
  if (!was_put_back(name)) return false;
  const auto snapshot = actor->store->read();
  for (const auto& [id, other] : actors_) {
    if (other.get() == actor) continue;
    if (!other->engine || other->identity.quarantined) continue;  // shows nobody anything
    const auto theirs = other->store->read();
    for (const NamingContextHead& head : actor->identity.contexts) {
      GetChanges shown{.naming_context = head.id,
                       .after = {},
                       .known = vector_of(*theirs, head.id, other->identity.invocation, now_)};
      if (const auto record = theirs->source(actor->identity.controller, head.id)) {
        shown.after = record->watermark;
      }
      if (proof_in(*snapshot, actor->identity, shown, id, now_)) return true;
    }
  }
  return false;
}

bool World::is_doubtful(const Stamp& stamp) const {
  const auto life = put_back_.find(stamp.originator);
  return life != put_back_.end() && stamp.usn > life->second;
}

std::uint64_t World::originated(std::string_view name) const {
  const Actor* actor = find(name);
  if (actor == nullptr) return 0;
  std::uint64_t count = 0;
  const auto snapshot = actor->store->read();
  for (const NamingContextHead& context : actor->identity.contexts) {
    const InvocationId me = originator_in(*snapshot, context.id, actor->identity.invocation);
    const auto look = [&](const Stamp& stamp) {
      count += stamp.originator == me && stamp.usn > actor->booted_at ? 1U : 0U;
    };
    snapshot->all_changed_since(context.id, Usn{}, [&](const Snapshot::Changed& changed) {
      if (const auto* link = std::get_if<const Link*>(&changed)) {
        look((*link)->stamp);
        return true;
      }
      for (const auto& [attribute, value] :
           stored_object(*std::get<const Row*>(changed)).attributes)
        look(value.stamp);
      return true;
    });
  }
  return count;
}

std::optional<bool> World::standby_awake(std::string_view destination_name,
                                         std::string_view source_name) const {
  const Actor* destination = find(destination_name);
  const Actor* source = find(source_name);
  if (destination == nullptr || source == nullptr) return std::nullopt;
  const ControllerId from = source->identity.controller;
  const bool planned = std::ranges::any_of(destination->partners, [&](const Partner& partner) {
    return partner.standby && partner.source == from;
  });
  if (!planned) return std::nullopt;
  return std::ranges::any_of(destination->awake,
                             [&](const auto& awake) { return awake.first == from; });
}

bool World::in_step(const Actor& destination, const Partner& partner) const {
  const Actor& source = actor(partner.source);
  const auto ours = destination.store->read();
  const auto theirs = source.store->read();
  return std::ranges::all_of(partner.naming_contexts, [&](NamingContextId context) {
    const auto record = ours->source(partner.source, context);
    const auto known = vector_of(*ours, context, destination.identity.invocation, now_);
    const Lag behind = lag(*theirs, context, record ? record->watermark : HighWatermark{}, known,
                           source.identity, audience(source, destination, context));
    const bool whole = filled_with(*ours, context).covers(held(destination, context));
    return behind.values == 0 && whole;
  });
}

// Whether `destination` has whatever `source` has, however it came.
bool World::lacks_nothing(const Actor& destination, const Actor& source) const {
  const auto ours = destination.store->read();
  const auto theirs = source.store->read();
  for (const NamingContextHead& context : destination.identity.contexts) {
    if (!holds_context(source.identity, context.id)) continue;
    const auto vector = vector_of(*ours, context.id, destination.identity.invocation, now_);
    bool lacks = false;
    theirs->all_changed_since(context.id, Usn{}, [&](const Snapshot::Changed& changed) {
      if (const auto* link = std::get_if<const Link*>(&changed)) {
        if (vector.covers((*link)->stamp)) return true;
        const auto held = ours->link((*link)->id);
        lacks = !held || rank(*held) < rank(**link);
        return !lacks;
      }
      const Row& row = *std::get<const Row*>(changed);
      const auto stamps = read_stamps(row);
      if (!stamps) return true;
      std::optional<std::vector<StampedName>> held;
      for (const StampedName& attribute : *stamps) {
        if (vector.covers(attribute.stamp)) continue;
        if (!held) held = stamps_in(*ours, row.id);
        const auto at = std::ranges::find(*held, attribute.name, &StampedName::name);
        lacks |= at == held->end() || at->stamp < attribute.stamp;
      }
      return !lacks;
    });
    if (lacks) return false;
  }
  return true;
}

bool World::nobody_lacks() const {
  for (const auto& [id, destination] : actors_) {
    for (const auto& [other, source] : actors_) {
      if (id == other || source->identity.read_only || !can_ask(*destination, *source)) continue;
      if (destination->is_out() || source->is_out()) continue;
      if (destination->identity.quarantined || source->identity.quarantined) continue;
      if (!lacks_nothing(*destination, *source)) return false;
    }
  }
  return true;
}

bool World::quiet() const {
  return unrest().empty();
}

std::string World::unrest() const {
  for (const auto& [id, actor] : actors_) {
    if (!actor->engine || actor->is_out() || actor->identity.quarantined) continue;
    for (const Partner& partner : actor->partners) {
      if (!can_ask(*actor, this->actor(partner.source))) continue;
      if (this->actor(partner.source).is_out()) continue;
      if (this->actor(partner.source).paused_outbound) continue;
      if (this->actor(partner.source).identity.quarantined) continue;
      if (in_step(*actor, partner)) continue;
      return fmt::format("{} is not in step with {}", actor->name,
                         this->actor(partner.source).name);
    }
    for (const NamingContextHead& context : actor->identity.contexts) {
      if (actor->engine->running(context.id)) return actor->name + " pulls";
    }
  }
  return {};
}

}  // namespace ringspan::replicator::simulator
