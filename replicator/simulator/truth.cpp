// What is true of a world: whether its replicas agree, and whether its invariants hold.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/canonical.hpp"
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

bool holds_context(const Identity& identity, NamingContextId context) {
  return std::ranges::find(identity.contexts, context, &NamingContextHead::id) !=
         identity.contexts.end();
}

}  // namespace

std::string World::divergence(const std::set<std::string>& among) const {
  std::set<NamingContextId> contexts;
  for (const auto& [id, actor] : actors_) {
    for (const NamingContextHead& head : actor->identity.contexts)
      contexts.insert(head.id);
  }
  for (const NamingContextId context : contexts) {
    const Actor* first = nullptr;
    std::vector<Object> expected;
    std::vector<Link> expected_links;
    for (const auto& [id, actor] : actors_) {
      if (!actor->engine || !holds_context(actor->identity, context)) continue;
      if (!among.empty() && !among.contains(actor->name)) continue;
      const auto snapshot = actor->store->read();
      auto objects = canonical_objects(*snapshot, context);
      auto links = canonical_links(*snapshot, context);
      if (first == nullptr) {
        first = actor.get();
        expected = std::move(objects);
        expected_links = std::move(links);
        continue;
      }
      const std::string differs = objects != expected       ? difference(expected, objects)
                                  : links != expected_links ? difference(expected_links, links)
                                                            : "";
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
    std::string found;
    theirs->all_changed_since(context.id, Usn{}, [&](const Snapshot::Changed& changed) {
      if (const auto* link = std::get_if<const Link*>(&changed)) {
        if (!vector.covers((*link)->stamp)) return true;
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
      for (const auto& [name, attribute] : object.attributes) {
        if (!vector.covers(attribute.stamp)) continue;
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
      if (other_id == id) continue;
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
  const auto note = [&](ObjectId object, const std::string& attribute, const Stamp& stamp) {
    const Actor::Value value{object, attribute, stamp.originator, stamp.usn};
    const auto [at, first_time] = edge.crossed.emplace(value, cycle);
    if (first_time || at->second == cycle || repeats_allowed_ || !broken_.empty()) return;
    broken_ = fmt::format("{} of object {} came twice from {} to {}", attribute,
                          object.value.to_string(), actor(source).name, destination.name);
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
    *sum += record.last_pull;
  }
  return sum;
}

bool World::in_step(const Actor& destination, const Partner& partner) const {
  const Actor& source = actor(partner.source);
  const auto ours = destination.store->read();
  const auto theirs = source.store->read();
  return std::ranges::all_of(partner.naming_contexts, [&](NamingContextId context) {
    const auto record = ours->source(partner.source, context);
    const auto known = vector_of(*ours, context, destination.identity.invocation, now_);
    const Lag behind = lag(*theirs, context, record ? record->watermark : HighWatermark{}, known,
                           source.identity.invocation);
    return behind.values == 0;
  });
}

bool World::quiet() const {
  for (const auto& [id, actor] : actors_) {
    if (!actor->engine) continue;
    for (const Partner& partner : actor->partners) {
      if (!can_speak(*actor, this->actor(partner.source))) continue;
      if (!in_step(*actor, partner)) return false;
    }
    for (const NamingContextHead& context : actor->identity.contexts) {
      if (actor->engine->running(context.id)) return false;
    }
  }
  return true;
}

}  // namespace ringspan::replicator::simulator
