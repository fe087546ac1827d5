// What the engine does for the end of what is dead: it finds up to when everybody holds everything,
// says so, collects what is older, and tells who has not been heard of for too long (docs/
// replication.md, R26 to R28).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/apply.hpp"
#include "replicator/engine/engine.hpp"

namespace ringspan::replicator {

void Engine::take(Transaction& /*store*/, const MembersChanged& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  members_ = event;
}

void Engine::take(Transaction& store, const WordsHeard& event, base::Time now,
                  Effects& /*effects*/) {
  if (!is_held(event.naming_context)) return;
  const UpToDatenessVector before = store.vector(event.naming_context);
  const auto after =
      with_words_of_readers(before, event.known, members_of(event.naming_context), now);
  if (after != before) store.set_vector(event.naming_context, after);
}

// Nobody is told: who has these objects has to look himself.
void Engine::take(Transaction& store, const Expunge& event, base::Time /*now*/, Effects& effects) {
  std::set<ObjectId> objects;
  for (const auto& [object, usn] : event.objects) {
    const auto row = store.find(object);
    if (row && row->usn == usn && row->naming_context == event.naming_context) {
      objects.insert(object);
    }
  }
  const std::uint64_t gone = expunge(store, event.naming_context, std::move(objects));
  effects.findings.push_back(
      {.severity = Finding::Severity::warning,
       .text = fmt::format("removed {} of {} lingering objects, by a person's word", gone,
                           event.objects.size())});
}

const ReplicaMembers& Engine::members_of(NamingContextId context) const {
  static const ReplicaMembers nobody;
  if (!members_) return nobody;
  const auto found = members_->replicas.find(context);
  return found == members_->replicas.end() ? nobody : found->second;
}

void Engine::tend_horizons(Transaction& store, base::Time now, Effects& effects) {
  if (!members_) return;
  const bool set_back = horizons_at_ > now + kHorizonsEvery;
  if (now >= horizons_at_ || set_back) {
    horizons_at_ = now + kHorizonsEvery;
    const base::Time steady = note_time(store, now);
    for (const NamingContextHead& context : identity_.contexts) {
      if (members_of(context.id).empty()) continue;
      find_horizon(store, context.id, now);
      want_collected(store, context, steady);
    }
    effects.silent = silent(store, steady);
  }
  if (collection_.idle()) return;
  const Collected collected = collection_.go_on(store);
  if (collected.objects + collected.links == 0) return;
  effects.findings.push_back(
      {.severity = Finding::Severity::info,
       .text = fmt::format("collected what has been dead for {} and everybody holds: {} objects, "
                           "{} links",
                           base::to_string(identity_.policy.tombstone_lifetime), collected.objects,
                           collected.links)});
}

base::Time Engine::note_time(Transaction& store, base::Time now) const {
  const NamingContextId configuration = configuration_among(identity_.contexts);
  const UpToDatenessVector vector = store.vector(configuration);
  base::Time said{};
  for (const auto& [controller, member] : members_of(configuration)) {
    const Cursor* word = word_of(vector, controller, member);
    if (controller != identity_.controller && word != nullptr) said = std::max(said, word->time);
  }
  return advance_steady_time(store, said, now);
}

// What was found goes out once it is old enough; found anew at a clock that was put back. It is not
// beyond what is held of the configuration: somebody who was let in since may have written, too.
void Engine::find_horizon(Transaction& store, NamingContextId context, base::Time now) const {
  OwnHorizon own = own_horizon(store, context);
  if (own.controller == identity_.controller && now >= own.when &&
      now - own.when < kHorizonsEvery) {
    return;
  }
  if (now >= own.when) own.told = std::max(own.told, own.found);
  own.controller = identity_.controller;
  const NamingContextId configuration = configuration_among(identity_.contexts);
  own.found =
      std::min(horizon_here(store.vector(context), members_of(context), identity_.controller, now),
               horizon_here(store.vector(configuration), members_of(configuration),
                            identity_.controller, now));
  own.when = now;
  set_own_horizon(store, context, own);
}

// The configuration and the schema keep what was removed from them: it says who was turned out.
void Engine::want_collected(const Snapshot& store, const NamingContextHead& context,
                            base::Time steady) {
  if (context.kind != sites::NamingContextKind::domain &&
      context.kind != sites::NamingContextKind::application) {
    return;
  }
  if (members_->as_of < configuration_changed_at_) return;  // somebody may have come
  const ReplicaMembers& members = members_of(context.id);
  Words& words = words_[context.id];
  words.hear(store.vector(context.id), store.vector(configuration_among(identity_.contexts)),
             members);
  const base::Time all =
      words.horizon_of_all(members, identity_.controller, own_horizon(store, context.id).found);
  collection_.want(context.id, std::min(all, steady - identity_.policy.tombstone_lifetime), steady);
}

// Only by one who still hears half of the members: it may be that we are the one who is away.
std::set<ControllerId> Engine::silent(const Snapshot& store, base::Time steady) const {
  const base::Duration lifetime = identity_.policy.tombstone_lifetime;
  const NamingContextId configuration = configuration_among(identity_.contexts);
  const ReplicaMembers& members = members_of(configuration);
  std::set<ControllerId> found;
  std::size_t present = 0;
  for (const auto& [controller, member] : members) {
    const base::Duration silence =
        controller == identity_.controller
            ? base::Duration{}
            : steady - heard_at(store, configuration, controller, member);
    if (silence <= lifetime) ++present;
    if (silence > silence_limit(lifetime)) found.insert(controller);
  }
  if (present * 2 < members.size()) found.clear();
  return found;
}

bool Engine::comes_whole(const Snapshot& store, const PageArrived& event) const {
  const NamingContextId context = event.page.naming_context;
  return pulls_.full(event.source, context) ||
         !revives_what_was_collected(store, event.page,
                                     vector_of(store, context, identity_.invocation, base::Time{}));
}

}  // namespace ringspan::replicator
