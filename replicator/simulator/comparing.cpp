// How replicas of a world are compared, spoilt and brought together again (rules R30 to R32).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/comparison.hpp"
#include "replicator/engine/digest.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/partners/comparing.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kFirstDigits = 3;

std::vector<ObjectId> differing_objects(const Snapshot& ours, const Snapshot& theirs,
                                        NamingContextId context, const Selection& shared) {
  const auto of = [&](const Snapshot& snapshot, const std::set<std::string>& ranges,
                      std::size_t more) {
    return digests(snapshot, context, shared, ranges, more);
  };
  const auto ranges = differing(of(ours, {""}, kFirstDigits), of(theirs, {""}, kFirstDigits));
  if (ranges.empty()) return {};
  const std::set<std::string> closer(ranges.begin(), ranges.end());
  std::vector<ObjectId> objects;
  for (const std::string& digits : differing(of(ours, closer, kObjectDigits - kFirstDigits),
                                             of(theirs, closer, kObjectDigits - kFirstDigits))) {
    if (const auto object = object_of(digits)) objects.push_back(*object);
  }
  return objects;
}

}  // namespace

Compared World::compare(const Actor& a, const Actor& b, NamingContextId context) const {
  const auto ours = a.store->read();
  const auto theirs = b.store->read();
  const Selection shared = both(both(filled_with(*ours, context), filled_with(*theirs, context)),
                                both(held(a, context), held(b, context)));
  const auto objects = differing_objects(*ours, *theirs, context, shared);
  const auto differences =
      replicator::compare(part_of(*ours, context, objects, a.identity, shared, now_, SIZE_MAX),
                          part_of(*theirs, context, objects, b.identity, shared, now_, SIZE_MAX),
                          now_ - forest_.policy.tombstone_lifetime);
  Compared compared;
  std::set<ObjectId> coming;
  for (const Difference& difference : differences)
    (difference.diverges() ? compared.diverging[context] : coming).insert(difference.object);
  compared.coming = coming.size();
  return compared;
}

Result<Compared> World::compare(std::string_view a, std::string_view b) const {
  const auto ours = need(a);
  const auto theirs = need(b);
  if (!ours) return fail(ours.error());
  if (!theirs) return fail(theirs.error());
  Compared all;
  for (const NamingContextHead& head : (*ours)->identity.contexts) {
    if (!is_compared(**ours, head.id, {}) || !is_compared(**theirs, head.id, {})) continue;
    Compared one = compare(**ours, **theirs, head.id);
    all.coming += one.coming;
    all.diverging.merge(one.diverging);
  }
  return all;
}

// As a disk or a program would do it that knows nothing of replication.
Result<void> World::corrupt(std::string_view name, ObjectId id, const Values& values) {
  const auto actor = need(name);
  if (!actor) return fail(actor.error());
  const auto transaction = (*actor)->store->begin();
  const auto row = transaction->find(id);
  if (!row) return fail(Errc::not_found, fmt::format("{} does not hold the object", name));
  Object object = stored_object(*row);
  for (const auto& [attribute, given] : values) {
    const auto held = object.attributes.find(attribute);
    if (held == object.attributes.end()) {
      return fail(Errc::not_found, fmt::format("the object has no {} at {}", attribute, name));
    }
    held->second.values = value_set(given);
  }
  transaction->put(to_row(object));
  transaction->commit();
  spoilt_ = true;
  tell(fmt::format("{}: an object is changed behind replication's back", name));
  return {};
}

Result<void> World::repair(std::string_view destination, std::string_view source) {
  const auto to = need(destination);
  const auto from = need(source);
  if (!to) return fail(to.error());
  if (!from) return fail(from.error());
  if (!(*to)->engine) return fail(Errc::unavailable, fmt::format("{} is stopped", destination));
  const auto found = compare(destination, source);
  for (const auto& [context, objects] : found->diverging) {
    const std::vector<ObjectId> ids(objects.begin(), objects.end());
    const Selection shared = both(held(**from, context), held(**to, context));
    for (const auto& [whose, whom, replaces] :
         {std::tuple(*to, *from, true), std::tuple(*from, *to, false)}) {
      if (!whose->engine) continue;
      Part part =
          part_of(*whom->store->read(), context, ids, whom->identity, shared, now_, SIZE_MAX);
      feed(*whose, {Mend{.id = 0, .page = std::move(part.page), .replaces = replaces}});
      whose->answer.reset();
    }
  }
  tell(fmt::format("{} is repaired from {}", destination, source));
  return {};
}

// Once a day with each partner, at a time of its own.
void World::compare_if_due(Actor& actor) {
  if (options_.manual || now_ < actor.compare_at) return;
  base::Time next = now_ + std::chrono::days(1);
  for (const Partner& partner : actor.partners) {
    for (const NamingContextHead& head : actor.identity.contexts) {
      const auto due = [&](base::Time after) {
        return partners::next_comparison(actor.identity.controller, partner.source, head.id, after);
      };
      const Actor& other = this->actor(partner.source);
      const bool both_hold = is_compared(actor, head.id, {}) && is_compared(other, head.id, {});
      if (both_hold && can_ask(actor, other) && actor.compared_until != base::Time{} &&
          due(actor.compared_until) <= now_) {
        note_comparison(actor, other, head.id);
      }
      next = std::min(next, due(now_));
    }
  }
  actor.compared_until = now_;
  actor.compare_at = next;
}

void World::note_comparison(const Actor& actor, const Actor& other, NamingContextId context) {
  const auto alarm = std::tuple(actor.name, other.name, context);
  if (compare(actor, other, context).diverging.empty()) {
    alarms_.erase(alarm);
    return;
  }
  if (!alarms_.insert(alarm).second) return;
  tell(fmt::format("{} finds that it diverges from {}", actor.name, other.name));
  // What a read-only one alone has heard of a life that expired stays there alone (rule R28).
  const bool heard_alone =
      somebody_expired_ && (actor.identity.read_only || other.identity.read_only);
  const bool may_be = spoilt_ || !put_back_.empty() || heard_alone;
  if (!may_be && broken_.empty()) {
    broken_ = fmt::format("{} and {} diverge, as their daily comparison has found", actor.name,
                          other.name);
  }
}

}  // namespace ringspan::replicator::simulator
