#include "replicator/engine/horizon.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace ringspan::replicator {
namespace {

constexpr std::string_view kSteadyFact = "steady-time";     // "STEADY OURS", milliseconds
constexpr std::string_view kListensFact = "listens-since";  // milliseconds

std::string horizon_fact(NamingContextId context) {
  return "horizon " + context.value.to_string();
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

base::Time time_in(std::string_view text) {
  std::int64_t milliseconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  return base::Time(base::Duration(milliseconds));
}

std::int64_t number_of(base::Time time) {
  return time.time_since_epoch().count();
}

base::Time rounded_down(base::Time time) {
  return time - time.time_since_epoch() % kHorizonsEvery;
}

}  // namespace

OwnHorizon own_horizon(const Snapshot& snapshot, NamingContextId context) {
  const std::string text = snapshot.fact(horizon_fact(context));
  const auto words = words_of(text);
  if (words.size() != 4) return {};
  const auto controller = base::Guid::parse(words[0]);
  return {.controller = ControllerId(controller.value_or(base::Guid{})),
          .told = time_in(words[1]),
          .found = time_in(words[2]),
          .when = time_in(words[3])};
}

void set_own_horizon(Transaction& store, NamingContextId context, const OwnHorizon& own) {
  store.set_fact(horizon_fact(context),
                 own == OwnHorizon{}
                     ? std::string()
                     : fmt::format("{} {} {} {}", own.controller.value.to_string(),
                                   number_of(own.told), number_of(own.found), number_of(own.when)));
}

const Cursor* word_of(const UpToDatenessVector& vector, ControllerId controller,
                      const ReplicaMember& member) {
  const Cursor* latest = nullptr;
  for (const auto& [originator, cursor] : vector.cursors()) {
    if (cursor.controller != controller || cursor.time < member.since) continue;
    if (latest == nullptr || latest->time < cursor.time) latest = &cursor;
  }
  return latest;
}

base::Time heard_at(const Snapshot& snapshot, NamingContextId context, ControllerId controller,
                    const ReplicaMember& member) {
  const base::Time listens = time_in(snapshot.fact(kListensFact));
  const auto vector = snapshot.vector(context);
  const Cursor* word = word_of(vector, controller, member);
  return word != nullptr ? word->time : std::max(member.since, listens);
}

base::Time horizon_here(const UpToDatenessVector& vector, const ReplicaMembers& members,
                        ControllerId me, base::Time now) {
  base::Time least = now;
  for (const auto& [controller, member] : members) {
    if (controller == me || !member.writes) continue;
    const Cursor* word = word_of(vector, controller, member);
    least = std::min(least, word == nullptr ? base::Time{} : word->time);
  }
  return least;
}

void Words::hear(const UpToDatenessVector& vector, const UpToDatenessVector& configuration,
                 const ReplicaMembers& members) {
  for (const auto& [controller, member] : members) {
    Word& word = words_[controller];
    if (word.since != member.since) word = {.since = member.since, .counts = {}, .waiting = {}};
    const Cursor* said = word_of(vector, controller, member);
    const Cursor* known = word_of(configuration, controller, member);
    if (said == nullptr || known == nullptr) continue;
    const auto counts = [known](base::Time told) { return known->time >= told - kHorizonsEvery; };
    if (word.waiting && counts(word.waiting->told)) {
      word.counts = word.waiting->horizon;
      word.waiting.reset();
    }
    if (counts(said->time)) {
      word.counts = said->horizon;
      word.waiting.reset();
    } else if (!word.waiting) {
      word.waiting = {.told = said->time, .horizon = said->horizon};
    }
    word.counts = std::min(word.counts, said->horizon);  // it may have been put back since
  }
}

base::Time Words::horizon_of_all(const ReplicaMembers& members, ControllerId me,
                                 base::Time mine) const {
  base::Time least = mine;
  for (const auto& [controller, member] : members) {
    if (controller == me) continue;
    const auto word = words_.find(controller);
    const bool heard = word != words_.end() && word->second.since == member.since;
    least = std::min(least, heard ? word->second.counts : base::Time{});
  }
  return least;
}

UpToDatenessVector with_words_of_readers(UpToDatenessVector ours, const UpToDatenessVector& theirs,
                                         const ReplicaMembers& members, base::Time now) {
  for (const auto& [originator, cursor] : theirs.cursors()) {
    const auto member = members.find(cursor.controller);
    if (member == members.end() || member->second.writes) continue;
    const Cursor word = not_ahead(cursor, now);
    ours.merge(originator, {.usn = {},
                            .time = rounded_down(word.time),
                            .horizon = rounded_down(word.horizon),
                            .controller = word.controller});
  }
  return ours;
}

Cursor not_ahead(Cursor cursor, base::Time now) {
  cursor.time = std::min(cursor.time, now);
  cursor.horizon = std::min(cursor.horizon, now);
  return cursor;
}

base::Time steady_time(const Snapshot& snapshot) {
  const std::string text = snapshot.fact(kSteadyFact);
  return time_in(std::string_view(text).substr(0, text.find(' ')));
}

base::Time advance_steady_time(Transaction& store, base::Time said, base::Time now) {
  constexpr base::Duration kLeap = 2 * kHorizonsEvery;
  const std::string text = store.fact(kSteadyFact);
  const auto words = words_of(text);
  if (words.size() != 2) {
    store.set_fact(kSteadyFact, fmt::format("{} {}", number_of(now), number_of(now)));
    store.set_fact(kListensFact, std::to_string(number_of(now)));
    return now;
  }
  const base::Duration passed =
      std::clamp(now - time_in(words[1]), base::Duration{}, base::Duration(kLeap));
  const base::Time steady = std::min(now, std::max(time_in(words[0]) + passed, said));
  store.set_fact(kSteadyFact, fmt::format("{} {}", number_of(steady), number_of(now)));
  return steady;
}

}  // namespace ringspan::replicator
