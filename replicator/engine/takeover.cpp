#include "replicator/engine/takeover.hpp"

#include <algorithm>
#include <utility>

#include "replicator/engine/pulls.hpp"

namespace ringspan::replicator {

void Takeover::set_partners(const std::vector<Partner>& partners, base::Time now) {
  std::map<Key, Health> health;
  std::map<Key, Standby> standbys;
  for (const Partner& partner : partners) {
    for (const NamingContextId context : partner.naming_contexts) {
      const Key key{context, partner.source};
      const auto [entry, fresh] = health.emplace(key, health_[key]);
      if (fresh) entry->second.detour = partner.detour;
      if (partner.standby) standbys.emplace(key, standbys_[key]);
    }
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

std::vector<Switch> Takeover::update(base::Time now) {
  std::vector<Switch> switches;
  for (auto& [key, standby] : standbys_) {
    const auto& [context, source] = key;
    const auto failing = failing_primary(context, now);
    if (failing) {
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
    switches.push_back({source, context, awake, awake ? failing : std::nullopt});
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
    if (health.failures > 0 && !standbys_.empty()) note(health.failed_since + kPatience);
    if (health.failures > 0) note(health.failed_since + kStranded);
  }
  for (const auto& [key, standby] : standbys_) {
    if (standby.awake) note(standby.keep_until);
  }
  return wake;
}

std::set<ControllerId> Takeover::lost(base::Time now) const {
  std::set<ControllerId> lost;
  for (auto at = health_.begin(); at != health_.end();) {
    const auto same = [&, context = at->first.first](const auto& one) {
      return one.first.first == context;
    };
    const auto end = std::find_if_not(at, health_.end(), same);
    const bool needed = std::any_of(at, end, [&](const auto& one) {
      return !one.second.detour && !standbys_.contains(one.first) && is_lost(one.second, now);
    });
    for (; at != end; ++at) {
      if (needed && is_lost(at->second, now)) lost.insert(at->first.second);
    }
  }
  if (lost.empty()) return lost;
  for (const auto& [source, until] : avoided_) {
    if (now < until) lost.insert(source);
  }
  return lost;
}

bool Takeover::is_lost(const Health& health, base::Time now) {
  return health.failures > 0 && now - health.failed_since >= kStranded;
}

bool Takeover::failing(const Health& health, base::Time now) {
  return (health.was_well && health.failures >= kFailures) ||
         (health.failures > 0 && now - health.failed_since >= kPatience);
}

std::optional<ControllerId> Takeover::failing_primary(NamingContextId context,
                                                      base::Time now) const {
  for (auto at = health_.lower_bound({context, ControllerId{}});
       at != health_.end() && at->first.first == context; ++at) {
    if (!standbys_.contains(at->first) && failing(at->second, now)) return at->first.second;
  }
  return std::nullopt;
}

}  // namespace ringspan::replicator
