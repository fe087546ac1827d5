#include "replicator/engine/takeover.hpp"

#include <algorithm>
#include <utility>

namespace ringspan::replicator {

void Takeover::set_partners(const std::vector<Partner>& partners, base::Time now) {
  std::map<Key, Health> health;
  std::map<Key, Standby> standbys;
  for (const Partner& partner : partners) {
    for (const NamingContextId context : partner.naming_contexts) {
      const Key key{context, partner.source};
      const auto [entry, fresh] = health.emplace(key, health_[key]);
      if (fresh) entry->second.detour = partner.detour;
      entry->second.neighbour |= partner.neighbour;
      if (partner.standby) standbys.emplace(key, standbys_[key]);
    }
    const auto caller = callers_.find(partner.source);
    if (caller != callers_.end()) caller->second.interval = partner.interval;
  }
  for (const auto& [key, former] : health_) {
    if (former.detour && is_lost(former, now)) avoided_[key.second] = now + kAvoided;
  }
  health_ = std::move(health);
  standbys_ = std::move(standbys);
}

void Takeover::failed(ControllerId source, NamingContextId context, base::Time now) {
  const auto found = health_.find({context, source});
  if (found == health_.end()) return;
  if (found->second.failures++ == 0) found->second.failed_since = now;
}

void Takeover::down(ControllerId source, base::Time now) {
  for (auto& [key, health] : health_) {
    if (key.second != source) continue;
    if (health.failures == 0) health.failed_since = now;
    health.failures = std::max(health.failures, kFailures);
  }
}

void Takeover::went_well(ControllerId source, NamingContextId context) {
  const auto found = health_.find({context, source});
  if (found == health_.end()) return;
  found->second.failures = 0;
  found->second.was_well = true;
}

void Takeover::in_step(ControllerId source, NamingContextId context) {
  const auto standby = standbys_.find({context, source});
  if (standby != standbys_.end()) standby->second.missed.reset();
}

void Takeover::ahead(ControllerId source, NamingContextId context, Usn seen, base::Time now) {
  const auto found = standbys_.find({context, source});
  if (found == standbys_.end()) return;
  Standby& standby = found->second;
  if (!standby.missed) standby.missed = Missed{seen, now, now, now};
  standby.missed->last = now;
  if (standby.missed->seen != seen) {  // a primary has brought what it was
    standby.missed->seen = seen;
    standby.missed->since = now;
  }
}

void Takeover::heard(ControllerId source, NamingContextId context, bool lost_us, base::Time now) {
  const auto found = health_.find({context, source});
  if (found == health_.end()) return;
  auto& deaf = found->second.deaf;
  if (!lost_us) {
    deaf.reset();
  } else if (deaf) {
    deaf->last = now;
  } else {
    deaf = Deaf{.since = now, .last = now};
  }
}

void Takeover::told(ControllerId source, NamingContextId context, std::uint32_t steps) {
  const auto found = health_.find({context, source});
  if (found != health_.end()) found->second.steps_to_loss = steps;
}

std::vector<std::pair<ControllerId, NamingContextId>> Takeover::doubtful(base::Time now) const {
  std::vector<std::pair<ControllerId, NamingContextId>> doubtful;
  for (const auto& [key, health] : health_) {
    const auto& deaf = health.deaf;
    if (deaf && deaf->last == deaf->since && now - deaf->since >= kStranded) {
      doubtful.emplace_back(key.second, key.first);
    }
  }
  return doubtful;
}

void Takeover::called(ControllerId destination, base::Time now) {
  callers_[destination].last = now;
}

std::vector<Switch> Takeover::update(base::Time now) {
  std::erase_if(callers_, [now](const auto& one) { return one.second.until() <= now; });
  std::vector<Switch> switches;
  for (auto& [key, standby] : standbys_) {
    const auto& [context, source] = key;
    const auto failing = failing_primary(context, now);
    const auto told_by = failing ? std::nullopt : told_for(key);
    if (failing || told_by) {
      standby.keep_until = std::max(standby.keep_until, now + standby.calm);
    } else if (standby.missed &&
               (standby.missed->last - standby.missed->since >= kMissed ||
                standby.missed->last - standby.missed->never_since >= kNeverInStep)) {
      standby.keep_until = now + standby.calm;
    }
    const bool awake = now < standby.keep_until;
    if (awake == standby.awake) continue;
    if (awake) {
      const bool soon = standby.slept_at != base::Time{} && now - standby.slept_at < standby.calm;
      standby.calm = soon ? std::min(standby.calm * 2, kLongestCalm) : kCalm;
      standby.keep_until = now + standby.calm;
    } else {
      standby.slept_at = now;
    }
    standby.missed.reset();
    standby.awake = awake;
    switches.push_back(
        {source, context, awake, awake ? failing : std::nullopt, awake ? told_by : std::nullopt});
  }
  return switches;
}

bool Takeover::awake(ControllerId source, NamingContextId context) const {
  const auto standby = standbys_.find({context, source});
  return standby != standbys_.end() && standby->second.awake;
}

std::optional<base::Time> Takeover::wake_at(base::Time now) const {
  std::optional<base::Time> wake;
  const auto note = [&](base::Time time) {
    if (time > now && (!wake || time < *wake)) wake = time;
  };
  for (const auto& [key, health] : health_) {
    if (health.failures > 0) note(health.failed_since + kPatience);
    if (health.failures > 0) note(health.failed_since + kStranded);
    if (health.deaf) note(health.deaf->since + kStranded);
  }
  for (const auto& [key, standby] : standbys_) {
    if (standby.awake) note(standby.keep_until);
  }
  for (const auto& [destination, caller] : callers_)
    note(caller.until());
  return wake;
}

StepsToLoss Takeover::steps_to_loss(base::Time now) const {
  StepsToLoss nearest;
  for (const auto& [key, health] : health_) {
    const auto& [context, source] = key;
    std::uint32_t steps = 0;
    if (!standbys_.contains(key) && failing(health, now)) {
      steps = 1;
    } else if (health.neighbour && tells_of_loss(health) && health.steps_to_loss < kMostSteps) {
      steps = health.steps_to_loss + 1;
    }
    if (steps == 0) continue;
    const auto [entry, fresh] = nearest.emplace(context, steps);
    if (!fresh) entry->second = std::min(entry->second, steps);
  }
  return nearest;
}

bool Takeover::stands_in(ControllerId source, NamingContextId context, base::Time now) const {
  return awake(source, context) && has_lost_primary(context, now);
}

bool Takeover::has_lost_primary(NamingContextId context, base::Time now) const {
  for (auto at = health_.lower_bound({context, ControllerId{}});
       at != health_.end() && at->first.first == context; ++at) {
    const bool primary = !at->second.detour && !standbys_.contains(at->first);
    if (primary && is_lost(at->second, now)) return true;
  }
  return false;
}

Gaps Takeover::gaps(base::Time now) const {
  Gaps gaps;
  for (const auto& [key, health] : health_) {
    if (is_silent(health, now)) gaps.silent.insert(key.second);
    if (is_lost(health, now) && has_lost_primary(key.first, now)) gaps.lost.insert(key.second);
  }
  for (const auto& [destination, caller] : callers_)
    gaps.callers.insert(destination);
  if (gaps.lost.empty()) return gaps;
  for (const auto& [source, until] : avoided_) {
    if (now < until) gaps.lost.insert(source);
  }
  return gaps;
}

bool Takeover::is_silent(const Health& health, base::Time now) {
  return health.failures > 0 && now - health.failed_since >= kStranded;
}

bool Takeover::is_lost(const Health& health, base::Time now) {
  return is_silent(health, now) ||
         (health.deaf && health.deaf->last - health.deaf->since >= kStranded);
}

bool Takeover::failing(const Health& health, base::Time now) {
  return (health.was_well && health.failures >= kFailures) ||
         (health.failures > 0 && now - health.failed_since >= kPatience) || is_lost(health, now);
}

bool Takeover::tells_of_loss(const Health& health) {
  return health.failures == 0 && health.steps_to_loss > 0;
}

std::optional<ControllerId> Takeover::failing_primary(NamingContextId context,
                                                      base::Time now) const {
  for (auto at = health_.lower_bound({context, ControllerId{}});
       at != health_.end() && at->first.first == context; ++at) {
    if (!standbys_.contains(at->first) && failing(at->second, now)) return at->first.second;
  }
  return std::nullopt;
}

// Its own source, or a neighbour.
std::optional<ControllerId> Takeover::told_for(const Key& standby) const {
  for (auto at = health_.lower_bound({standby.first, ControllerId{}});
       at != health_.end() && at->first.first == standby.first; ++at) {
    const bool counts = at->second.neighbour || at->first == standby;
    if (counts && tells_of_loss(at->second)) return at->first.second;
  }
  return std::nullopt;
}

}  // namespace ringspan::replicator
