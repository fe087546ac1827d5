#include "replicator/engine/pulls.hpp"

#include <algorithm>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::replicator {
namespace {

base::Duration back_off(std::uint32_t failures) {
  constexpr std::uint32_t kMostDoublings = 6;
  const std::uint32_t doublings = std::min(failures - 1, kMostDoublings);
  return std::min<base::Duration>(kShortestBackOff * (1LL << doublings), kLongestBackOff);
}

}  // namespace

void Pulls::set_partners(const std::vector<Partner>& partners, base::Time now) {
  std::map<Key, Way> ways;
  for (const Partner& partner : partners) {
    EXPECTS(partner.interval > base::Duration::zero());  // or it would be polled without rest
    for (const NamingContextId context : partner.naming_contexts) {
      const Key key{context, partner.source};
      const auto known = ways_.find(key);
      Way way = known != ways_.end() ? std::move(known->second)
                                     : Way{.asleep = partner.standby, .wanted = true, .due = now};
      way.asleep = partner.standby && way.asleep;
      way.interval = partner.interval;
      way.schedule = partner.schedule;
      way.notify = partner.notify;
      way.call_back = partner.call_back;
      way.planned = true;
      ways.emplace(key, std::move(way));
    }
  }
  for (auto& [key, way] : ways_) {  // a forced pull from someone who is no partner goes on
    if (!ways.contains(key) &&
        (!way.forced.empty() || (way.running && !way.running->forced.empty()))) {
      way.planned = false;
      ways.emplace(key, std::move(way));
    }
  }
  ways_ = std::move(ways);
}

void Pulls::noticed(ControllerId source, NamingContextId context, base::Time now) {
  const auto at = ways_.find({context, source});
  if (at == ways_.end() || !at->second.planned || at->second.asleep) return;
  at->second.wanted = true;
  at->second.announced = true;
  at->second.retry_at = std::min(at->second.retry_at, now + kShortestBackOff);
}

void Pulls::source_up(ControllerId source, base::Time now) {
  for (auto& [key, way] : ways_) {
    if (key.second != source || !way.planned) continue;
    way.wanted = true;
    way.retry_at = now;
    way.failures = 0;
  }
}

void Pulls::want(NamingContextId context) {
  for (auto& [key, way] : ways_)
    way.wanted |= key.first == context && way.planned && !way.asleep;
}

void Pulls::want(ControllerId source, NamingContextId context) {
  const auto at = ways_.find({context, source});
  if (at != ways_.end()) at->second.wanted |= at->second.planned && !at->second.asleep;
}

void Pulls::probe(ControllerId source, NamingContextId context, base::Time now) {
  const auto at = ways_.find({context, source});
  if (at == ways_.end() || !at->second.asleep) return;
  Way& way = at->second;
  way.due = std::min(way.due, std::max(now, way.ended + kShortestBackOff));
}

void Pulls::set_awake(ControllerId source, NamingContextId context, bool awake, base::Time now) {
  const auto at = ways_.find({context, source});
  if (at == ways_.end()) return;
  Way& way = at->second;
  way.asleep = !awake;
  way.wanted = awake;
  way.announced = false;
  way.due = now + rest_of(way);
}

void Pulls::force(ControllerId source, NamingContextId context, const ForcedPull& pull,
                  base::Time now) {
  const Key key{context, source};
  if (!ways_.contains(key)) {
    ways_.emplace(key, Way{.notify = false, .planned = false, .due = now});
  }
  Way& way = ways_.at(key);
  way.forced.push_back(pull);
  way.retry_at = now;
}

std::vector<NamingContextId> Pulls::contexts_of(ControllerId source) const {
  std::vector<NamingContextId> contexts;
  for (const auto& [key, way] : ways_) {
    if (key.second == source && way.planned) contexts.push_back(key.first);
  }
  return contexts;
}

bool Pulls::probing(ControllerId source, NamingContextId context) const {
  const auto at = ways_.find({context, source});
  return at != ways_.end() && at->second.running && at->second.running->probe;
}

bool Pulls::full(ControllerId source, NamingContextId context) const {
  const auto way = ways_.find({context, source});
  return way != ways_.end() && way->second.running && way->second.running->full;
}

bool Pulls::expects(ControllerId source, NamingContextId context, std::uint64_t request) const {
  const auto at = ways_.find({context, source});
  return at != ways_.end() && at->second.running && at->second.running->request == request;
}

std::optional<NamingContextId> Pulls::context_of(ControllerId source, std::uint64_t request) const {
  for (const auto& [key, way] : ways_) {
    if (key.second == source && way.running && way.running->request == request) return key.first;
  }
  return std::nullopt;
}

Pulls::Request Pulls::next_page(ControllerId source, NamingContextId context,
                                const PullCounts& page, base::Time now) {
  Way& way = ways_.at({context, source});
  EXPECTS(way.running.has_value());
  way.running->counts += page;
  way.running->request = ++last_request_;
  way.running->asked = now;
  return {.source = source,
          .naming_context = context,
          .id = way.running->request,
          .first = false,
          .full = way.running->full,
          .notify = way.notify,
          .call_back = way.call_back};
}

bool Pulls::gives_way(ControllerId source, NamingContextId context, base::Time now) const {
  const Way& mine = ways_.at({context, source});
  EXPECTS(mine.running.has_value());
  if (mine.running->announced || !mine.running->forced.empty()) return false;
  return std::ranges::any_of(ways_, [&](const auto& entry) {
    const auto& [key, way] = entry;
    return key.first == context && !way.running && rank(way) == Rank::announced && ready(way, now);
  });
}

void Pulls::give_way(ControllerId source, NamingContextId context, base::Time now) {
  Way& way = ways_.at({context, source});
  way.running.reset();
  way.half_way = true;
  way.wanted = true;
  way.retry_at = now;
}

PullReport Pulls::succeeded(ControllerId source, NamingContextId context, const PullCounts& page,
                            base::Time now) {
  Way& way = ways_.at({context, source});
  EXPECTS(way.running.has_value());
  way.running->counts += page;
  way.failures = 0;
  way.retry_at = now;
  way.due = now + rest_of(way);
  return end({context, source}, "", now);
}

PullReport Pulls::failed(ControllerId source, NamingContextId context, std::string error,
                         base::Time now) {
  Way& way = ways_.at({context, source});
  EXPECTS(way.running.has_value());
  ++way.failures;
  way.retry_at = now + back_off(way.failures);
  if (way.asleep) way.retry_at = std::min(way.retry_at, now + rest_of(way));
  way.wanted = way.planned;
  return end({context, source}, std::move(error), now);
}

PullReport Pulls::end(const Key& key, std::string error, base::Time now) {
  Way& way = ways_.at(key);
  PullReport report{.forced = std::move(way.running->forced),
                    .source = key.second,
                    .naming_context = key.first,
                    .counts = way.running->counts,
                    .started = way.running->started,
                    .ended = now,
                    .error = std::move(error)};
  way.running.reset();
  way.half_way = false;
  way.ended = now;
  if (!way.planned && way.forced.empty()) ways_.erase(key);
  return report;
}

std::vector<std::pair<ControllerId, NamingContextId>> Pulls::overdue(base::Time now) const {
  std::vector<std::pair<ControllerId, NamingContextId>> late;
  for (const auto& [key, way] : ways_) {
    if (way.running && now - way.running->asked >= answer_limit_) {
      late.emplace_back(key.second, key.first);
    }
  }
  return late;
}

// What was set by a clock that has been put back since would wait for as long.
void Pulls::heed(base::Time now) {
  if (now >= std::exchange(heeded_, now)) return;
  for (auto& [key, way] : ways_) {
    way.due = std::min(way.due, now + rest_of(way));
    way.ended = std::min(way.ended, now);
    way.retry_at = std::min(way.retry_at, now);
    if (way.running) way.running->asked = std::min(way.running->asked, now);
  }
}

std::vector<Pulls::Request> Pulls::start(base::Time now) {
  heed(now);
  std::vector<Request> requests;
  // Forced pulls wait for nobody; those of one rank go in the order of contexts and sources.
  for (const Rank turn : {Rank::forced, Rank::announced, Rank::due}) {
    for (auto& [key, way] : ways_) {
      if (way.running || rank(way) != turn || !ready(way, now)) continue;
      if (waits_until(key, now)) continue;
      if (turn == Rank::forced || way.asleep || !held_up(key.first, now)) {
        requests.push_back(run(key, way, now));
      }
    }
  }
  return requests;
}

Pulls::Rank Pulls::rank(const Way& way) {
  if (!way.forced.empty()) return Rank::forced;
  return way.announced ? Rank::announced : Rank::due;
}

bool Pulls::ready(const Way& way, base::Time now) const {
  if (!way.forced.empty()) return true;
  if (!way.planned || now < way.retry_at || !way.schedule.open_at(now)) return false;
  return way.wanted || way.due <= now;
}

bool Pulls::carrying(const Way& way) {
  return way.running && !way.running->probe;
}

base::Duration Pulls::rest_of(const Way& way) {
  return way.asleep && way.notify ? std::min(kHeartbeat, way.interval) : way.interval;
}

bool Pulls::held_up(NamingContextId context, base::Time now) const {
  return std::ranges::any_of(ways_, [&](const auto& entry) {
    return entry.first.first == context && carrying(entry.second) &&
           now - entry.second.running->asked < kPatience;
  });
}

// Until when a way waits for what is pulled first from the same source; nullopt: it does not.
std::optional<base::Time> Pulls::waits_until(const Key& key, base::Time now) const {
  if (!first_ || key.first == *first_) return std::nullopt;
  const auto at = ways_.find({*first_, key.second});
  if (at == ways_.end()) return std::nullopt;
  const Way& before = at->second;
  if (before.running) {
    const base::Time patience = before.running->asked + kPatience;
    return carrying(before) && now < patience ? std::optional(patience) : std::nullopt;
  }
  if (before.asleep || !ready(before, now)) return std::nullopt;
  return wake_of(at->first, before, now);
}

Pulls::Request Pulls::run(const Key& key, Way& way, base::Time now) {
  Running running{.started = now, .asked = now, .counts = {}, .forced = {}};
  for (const ForcedPull& pull : way.forced) {
    running.full |= pull.full;
    running.forced.push_back(pull.id);
  }
  running.probe = way.asleep && way.forced.empty();
  running.announced = std::exchange(way.announced, false);
  // Greater than any request of an earlier life of this controller, whose pages may still arrive.
  const auto milliseconds =
      static_cast<std::uint64_t>(std::max<base::Duration::rep>(now.time_since_epoch().count(), 0));
  last_request_ = std::max(last_request_ + 1, milliseconds << 20U);
  running.request = last_request_;
  way.forced.clear();
  way.wanted = false;
  way.running = running;
  return {.source = key.second,
          .naming_context = key.first,
          .id = running.request,
          .first = true,
          .full = running.full,
          .probe = running.probe,
          .notify = way.notify && way.planned && !way.asleep,
          .call_back = way.call_back};
}

std::optional<base::Time> Pulls::wake_at(base::Time now) const {
  std::optional<base::Time> earliest;
  for (const auto& [key, way] : ways_) {
    const auto wake = wake_of(key, way, now);
    if (wake && (!earliest || *wake < *earliest)) earliest = wake;
  }
  return earliest;
}

std::optional<base::Time> Pulls::wake_of(const Key& key, const Way& way, base::Time now) const {
  if (way.running) return way.running->asked + answer_limit_;
  base::Time wake = now;
  if (way.forced.empty()) {
    if (!way.planned) return std::nullopt;
    wake = std::max(way.retry_at, way.wanted ? now : way.due);
    const auto opening = way.schedule.next_opening(wake);
    if (!opening) return std::nullopt;
    wake = *opening;
  }
  if (wake > now) return wake;
  if (const auto until = waits_until(key, now)) return until;
  for (const auto& [other, busy] : ways_) {  // its turn comes when those before it end, or dawdle
    if (!way.asleep && other.first == key.first && carrying(busy) &&
        now - busy.running->asked < kPatience) {
      wake = std::max(wake, busy.running->asked + kPatience);
    }
  }
  return wake;
}

bool Pulls::running(NamingContextId context) const {
  return std::ranges::any_of(ways_, [&](const auto& entry) {
    return entry.first.first == context && (carrying(entry.second) || entry.second.half_way);
  });
}

std::vector<ControllerId> Pulls::under_way(NamingContextId context) const {
  std::vector<ControllerId> sources;
  for (const auto& [key, way] : ways_) {
    if (key.first == context && way.running) sources.push_back(key.second);
  }
  return sources;
}

bool Pulls::idle() const {
  return std::ranges::none_of(ways_, [](const auto& entry) {
    return carrying(entry.second) || entry.second.wanted || !entry.second.forced.empty();
  });
}

}  // namespace ringspan::replicator
