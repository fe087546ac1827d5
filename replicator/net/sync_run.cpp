#include "replicator/net/sync_run.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::replicator::net {
namespace {

/// The originators of which `knows` has less than `goal`.
std::vector<InvocationId> missing(const UpToDatenessVector* knows, const UpToDatenessVector& goal) {
  std::vector<InvocationId> originators;
  for (const auto& [originator, cursor] : goal.cursors()) {
    const Stamp last{.version = 0, .time = {}, .originator = originator, .usn = cursor.usn};
    if (knows == nullptr || !knows->covers(last)) originators.push_back(originator);
  }
  return originators;
}

const UpToDatenessVector* find(const Knowledge& knows, NamingContextId context) {
  const auto found = knows.find(context);
  return found == knows.end() ? nullptr : &found->second;
}

Usn usn_of(const UpToDatenessVector* vector, InvocationId originator) {
  if (vector == nullptr) return {};
  const auto found = vector->cursors().find(originator);
  return found == vector->cursors().end() ? Usn{} : found->second.usn;
}

bool holds(const std::vector<NamingContextId>& contexts, NamingContextId context) {
  return std::ranges::find(contexts, context) != contexts.end();
}

/// Who pulls from whom.
using Destinations = std::map<ControllerId, std::vector<ControllerId>>;
using Hops = std::map<ControllerId, std::uint32_t>;

/// How many connections each is away from the nearest of `starts`.
Hops hops_from(const Destinations& destinations, const std::vector<ControllerId>& starts) {
  Hops hops;
  for (const ControllerId start : starts)
    hops.emplace(start, 0);
  std::deque<ControllerId> queue(starts.begin(), starts.end());
  while (!queue.empty()) {
    const ControllerId source = queue.front();
    queue.pop_front();
    const auto found = destinations.find(source);
    if (found == destinations.end()) continue;
    for (const ControllerId destination : found->second) {
      if (hops.emplace(destination, hops.at(source) + 1).second) queue.push_back(destination);
    }
  }
  return hops;
}

}  // namespace

std::vector<SyncWay> outward(const std::vector<SyncWay>& ways, ControllerId from) {
  Destinations primary;
  Destinations all;
  for (const SyncWay& way : ways) {
    all[way.source].push_back(way.destination);
    if (!way.standby) primary[way.source].push_back(way.destination);
  }
  const Hops planned = hops_from(primary, {from});
  const Hops at_need = hops_from(all, {from});
  std::vector<SyncWay> leading;
  for (const SyncWay& way : ways) {
    // A standby makes no primary way superfluous by being shorter.
    const Hops& hops = way.standby || !planned.contains(way.destination) ? at_need : planned;
    const auto source = hops.find(way.source);
    if (source == hops.end()) continue;
    if (hops.at(way.destination) == source->second + 1) leading.push_back(way);
  }
  return leading;
}

SyncRun::SyncRun(std::map<ControllerId, std::vector<NamingContextId>> members,
                 std::vector<SyncWay> ways, bool full)
    : full_(full) {
  for (auto& [id, contexts] : members)
    members_.emplace(id, Member{.contexts = std::move(contexts), .error = {}, .told = {}});
  for (SyncWay& way : ways) {
    EXPECTS(members_.contains(way.destination) && members_.contains(way.source));
    ways_.push_back({.way = std::move(way), .counts = {}, .error = {}});
  }
}

void SyncRun::tells(ControllerId id, MemberTold told) {
  Member& member = members_.at(id);
  const std::size_t lacked = lacking(id);
  member.answers = true;
  member.silent = false;
  member.was_heard = true;
  member.error.clear();
  member.told = std::move(told);
  if (lacking(id) < lacked) {  // something comes: whoever failed to bring it may try again
    for (Way& way : ways_) {
      if (way.way.destination == id || way.way.source == id) way.attempts = 0;
    }
  }
  note_reached(id);
}

void SyncRun::is_silent(ControllerId id, std::string error) {
  Member& member = members_.at(id);
  member.answers = false;
  member.silent = true;
  member.error = std::move(error);
}

Knowledge SyncRun::everything() const {
  Knowledge all;
  for (const auto& [id, member] : members_) {
    for (const auto& [context, vector] : member.told.knows)
      all[context].merge(vector);
  }
  return all;
}

void SyncRun::begin(Goal goal) {
  begun_ = true;
  goal_ = std::move(goal);
  for (Way& way : ways_) {
    std::erase_if(way.way.contexts,
                  [this](NamingContextId context) { return !goal_.writes.contains(context); });
  }
  std::erase_if(ways_, [](const Way& way) { return way.way.contexts.empty(); });
  note_deliveries();
}

// ── What to pull ─────────────────────────────────────────────────────────────────────────────────

/// The source has some write of the goal that the destination lacks.
bool SyncRun::brings(const Way& way) const {
  const Member& destination = members_.at(way.way.destination);
  const Member& source = members_.at(way.way.source);
  for (const NamingContextId context : way.way.contexts) {
    const auto* goal = find(goal_.writes, context);
    if (goal == nullptr) continue;
    const auto* ours = find(destination.told.knows, context);
    const auto* theirs = find(source.told.knows, context);
    for (const InvocationId originator : missing(ours, *goal)) {
      if (usn_of(theirs, originator) > usn_of(ours, originator)) return true;
    }
  }
  return false;
}

bool SyncRun::usable(const Way& way) const {
  const Member& destination = members_.at(way.way.destination);
  const Member& source = members_.at(way.way.source);
  return destination.answers && source.answers && !destination.told.pauses.inbound &&
         !source.told.pauses.outbound && way.attempts < kAttempts;
}

/// A primary way that nothing needs is forced all the same, so that it is known to work: once its
/// source has all there is to have, or when nothing else can be done.
bool SyncRun::forced_now(const Way& way, bool anything_moves) const {
  if (way.pulls > 0 || way.way.standby) return false;
  return !anything_moves || complete(way.way.source, members_.at(way.way.source));
}

std::vector<SyncRun::Order> SyncRun::next(base::Time now) {
  std::vector<Order> orders;
  auto running = static_cast<std::size_t>(
      std::ranges::count_if(ways_, [](const Way& way) { return way.running; }));
  const auto take = [&](auto wanted) {
    for (std::size_t index = 0; index < ways_.size() && running < kAtOnce; ++index) {
      const Way& way = ways_[index];
      if (members_.at(way.way.destination).busy || now < way.retry_at) continue;
      if (!usable(way) || !wanted(way)) continue;
      orders.push_back(order(index));
      ++running;
    }
  };
  // Who has all first, so that a destination asks as few as possible.
  const auto source_has_all = [this](const Way& way) {
    return complete(way.way.source, members_.at(way.way.source));
  };
  take([&](const Way& way) { return !way.way.standby && brings(way) && source_has_all(way); });
  take([&](const Way& way) { return !way.way.standby && brings(way); });
  take([&](const Way& way) { return forced_now(way, true); });
  // A standby only where no primary has anything to bring.
  if (running == 0) take([&](const Way& way) { return way.way.standby && brings(way); });
  if (running == 0) take([&](const Way& way) { return forced_now(way, false); });
  return orders;
}

SyncRun::Order SyncRun::order(std::size_t index) {
  Way& way = ways_[index];
  members_.at(way.way.destination).busy = true;
  way.running = true;
  return {.way = index,
          .destination = way.way.destination,
          .source = way.way.source,
          .contexts = way.way.contexts,
          .full = full_ && way.pulls == 0};
}

void SyncRun::pulled(const Order& order, const SyncOutcome& outcome, base::Time now) {
  Way& way = ways_[order.way];
  members_.at(order.destination).busy = false;
  way.running = false;
  way.counts += outcome.counts;
  way.error = outcome.error;
  if (outcome.error.empty()) {
    ++way.pulls;
    // A pull that went well and brought nothing of what its source has counts as an attempt.
    way.attempts = brings(way) ? way.attempts + 1 : 0;
  } else {
    ++way.attempts;
    way.retry_at = now + kRest * way.attempts;
  }
}

bool SyncRun::ended() const {
  return std::ranges::none_of(ways_, [this](const Way& way) {
    return way.running || (usable(way) && (brings(way) || (way.pulls == 0 && !way.way.standby)));
  });
}

// ── How far it is ────────────────────────────────────────────────────────────────────────────────

/// How many originators have written something of the goal that it has not.
std::size_t SyncRun::lacking(ControllerId id) const {
  std::size_t count = 0;
  for (const auto& [context, originators] : lacks(id))
    count += originators.size();
  return count;
}

bool SyncRun::covers(const Member& member, NamingContextId context) const {
  const auto* goal = find(goal_.writes, context);
  return goal == nullptr || missing(find(member.told.knows, context), *goal).empty();
}

bool SyncRun::complete(ControllerId id, const Member& member) const {
  const bool has_writes = std::ranges::all_of(
      member.contexts, [&](NamingContextId context) { return covers(member, context); });
  if (!has_writes || !goal_.object) return has_writes;
  const ObjectState object = object_at(id);
  return object == ObjectState::same || object == ObjectState::later;
}

bool SyncRun::wanted(ControllerId member) const {
  return !goal_.to || *goal_.to == member;
}

SyncRun::MemberState SyncRun::state_of(ControllerId id) const {
  const Member& member = members_.at(id);
  if (member.silent) return MemberState::silent;
  if (begun_ && complete(id, member)) return MemberState::complete;
  const bool paused = member.told.pauses.inbound || held_back(id);
  return paused ? MemberState::paused : MemberState::lacking;
}

/// A pause alone keeps from it what it lacks: it could come over ways that work, were none paused.
bool SyncRun::held_back(ControllerId id) const {
  const bool anyone_paused = std::ranges::any_of(members_, [](const auto& entry) {
    return entry.second.told.pauses != configuration::Pauses{};
  });
  if (!anyone_paused) return false;
  const auto lacked = lacks(id);
  for (const auto& [context, originators] : lacked) {
    Destinations open;
    Destinations all;
    for (const Way& way : ways_) {
      const WayState state = state_of(way);
      if (!holds(way.way.contexts, context) || state == WayState::silent ||
          way.attempts >= kAttempts)
        continue;
      all[way.way.source].push_back(way.way.destination);
      if (state != WayState::paused) open[way.way.source].push_back(way.way.destination);
    }
    for (const InvocationId originator : originators) {
      const Usn wanted = usn_of(find(goal_.writes, context), originator);
      std::vector<ControllerId> holders;
      for (const auto& [other, member] : members_) {
        const bool has = usn_of(find(member.told.knows, context), originator) >= wanted;
        if (has && member.answers) holders.push_back(other);
      }
      if (hops_from(open, holders).contains(id) || !hops_from(all, holders).contains(id)) {
        return false;
      }
    }
  }
  return !lacked.empty();
}

SyncRun::WayState SyncRun::state_of(const Way& way) const {
  const Member& destination = members_.at(way.way.destination);
  const Member& source = members_.at(way.way.source);
  if (way.running) return WayState::pulling;
  if (destination.silent || source.silent) return WayState::silent;
  if (destination.told.pauses.inbound || source.told.pauses.outbound) return WayState::paused;
  if (!way.error.empty()) return WayState::failed;
  return way.pulls > 0 ? WayState::done : WayState::waiting;
}

SyncRun::ObjectState SyncRun::object_at(ControllerId id) const {
  const Member& member = members_.at(id);
  if (!goal_.object || !member.was_heard) return ObjectState::unknown;
  if (!member.told.object) return ObjectState::missing;
  bool later = false;
  for (const auto& [name, stamp] : *goal_.object) {
    const auto found = member.told.object->find(name);
    if (found == member.told.object->end() || found->second < stamp) return ObjectState::older;
    later = later || found->second > stamp;
  }
  return later ? ObjectState::later : ObjectState::same;
}

std::map<NamingContextId, std::vector<InvocationId>> SyncRun::lacks(ControllerId id) const {
  std::map<NamingContextId, std::vector<InvocationId>> lacking;
  const Member& member = members_.at(id);
  for (const auto& [context, goal] : goal_.writes) {
    if (!holds(member.contexts, context)) continue;
    auto originators = missing(find(member.told.knows, context), goal);
    if (!originators.empty()) lacking.emplace(context, std::move(originators));
  }
  return lacking;
}

void SyncRun::note_deliveries() {
  for (const auto& [context, goal] : goal_.writes) {
    Destinations destinations;
    for (const Way& way : ways_) {
      if (holds(way.way.contexts, context)) {
        destinations[way.way.source].push_back(way.way.destination);
      }
    }
    std::map<std::vector<ControllerId>, Hops> known;
    for (const auto& [originator, cursor] : goal.cursors()) {
      std::vector<ControllerId> starts;
      std::vector<ControllerId> lacking;
      for (const auto& [id, member] : members_) {
        if (!holds(member.contexts, context)) continue;
        const auto* knows = find(member.told.knows, context);
        (usn_of(knows, originator) >= cursor.usn ? starts : lacking).push_back(id);
      }
      if (goal_.from) starts = {*goal_.from};
      auto hops = known.find(starts);  // many originators are held by the same
      if (hops == known.end()) hops = known.emplace(starts, hops_from(destinations, starts)).first;
      for (const ControllerId id : lacking) {
        if (!wanted(id)) continue;
        const auto hop = hops->second.find(id);
        const std::uint32_t away = hop == hops->second.end() ? 0 : hop->second;
        deliveries_[id].push_back({context, originator, away});
        ++hops_[away].all;
      }
    }
  }
}

void SyncRun::note_reached(ControllerId id) {
  const auto found = deliveries_.find(id);
  if (found == deliveries_.end()) return;
  for (Delivery& delivery : found->second) {
    if (delivery.reached) continue;
    const Usn wanted = usn_of(find(goal_.writes, delivery.context), delivery.originator);
    if (usn_of(find(members_.at(id).told.knows, delivery.context), delivery.originator) < wanted) {
      continue;
    }
    delivery.reached = true;
    ++hops_[delivery.hop].reached;
  }
}

}  // namespace ringspan::replicator::net
