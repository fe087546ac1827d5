// The world's network: what is said, heard and lost.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/configuration/item.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/simulator/world.hpp"
#include "replicator/wire/wire.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kInsideSite = 1ms;
constexpr base::Duration kBetweenSites = 20ms;
constexpr base::Duration kConnectFails = 1s;  // how long until a sender knows that nobody answers
constexpr base::Duration kMendsEvery = 1h;
constexpr base::Duration kReconnects = 1s;  // how long after a heal the way is open again

// Does its transaction write something that a crash could lose?
bool writes(const Event& event) {
  if (std::holds_alternative<WriteAsked>(event)) return true;
  const auto* arrived = std::get_if<PageArrived>(&event);
  return arrived != nullptr && !(arrived->page.objects.empty() && arrived->page.links.empty());
}

}  // namespace

// ── The network ──────────────────────────────────────────────────────────────────────────────────

void World::at(base::Time time, Occurrence occurrence) {
  future_.emplace(time, std::move(occurrence));
}

void World::happen(const Occurrence& occurrence) {
  if (postpone(occurrence)) return;
  if (const auto* delivery = std::get_if<Delivery>(&occurrence)) {
    deliver(delivery->packet);
  } else if (const auto* alarm = std::get_if<Alarm>(&occurrence)) {
    Actor& whose = actor(alarm->whose);
    if (!whose.engine || whose.wake_at != now_) return;  // replaced by a later one
    whose.wake_at.reset();
    feed(whose, {});
  } else if (const auto* failure = std::get_if<Failure>(&occurrence)) {
    fail_together(*failure);
  } else if (const auto* loss = std::get_if<Loss>(&occurrence)) {
    Actor& whose = actor(loss->whose);
    if (whose.engine && !can_ask(whose, actor(loss->source))) {
      feed(whose, {SourceDown{.source = loss->source}});
    }
  } else if (const auto* way = std::get_if<Reconnection>(&occurrence)) {
    Actor& whose = actor(way->whose);
    if (can_ask(whose, actor(way->source))) feed(whose, {SourceUp{.source = way->source}});
  } else if (const auto* offering = std::get_if<Offering>(&occurrence)) {
    take_offer(*offering);
  } else if (const auto* urging = std::get_if<Urging>(&occurrence)) {
    pull_what_is_urgent(*urging);
  } else if (const auto* wishing = std::get_if<Wishing>(&occurrence)) {
    take_wish(*wishing);
  } else if (const auto* mending = std::get_if<Mending>(&occurrence)) {
    Actor& whose = actor(mending->whose);
    if (!whose.engine) return;
    mending->silent.empty() ? mend_names(whose) : expire_silent(whose, mending->silent);
  } else if (const auto* look = std::get_if<Look>(&occurrence)) {
    Actor& whose = actor(look->whose);
    if (whose.fence && whose.looks == look->chain) look_at_fence_again(whose);
  } else if (const auto* thawing = std::get_if<Thaw>(&occurrence)) {
    if (actor(thawing->whose).frozen_until == now_) thaw(actor(thawing->whose));
  }
}

// What was asked in one step and fails at once is one step, too.
void World::fail_together(const Failure& first) {
  std::vector<Event> events{first.failure};
  for (auto next = future_.begin(); next != future_.end() && next->first <= now_;) {
    const auto* failure = std::get_if<Failure>(&next->second);
    if (failure == nullptr || failure->whose != first.whose) break;
    events.emplace_back(failure->failure);
    next = future_.erase(next);
  }
  Actor& whose = actor(first.whose);
  if (whose.engine) feed(whose, events);
}

// What the page would take on the wire: compressed where the source's plan says so.
std::uint64_t World::framed_size(const Actor& source, ControllerId destination, const Page& page) {
  const bool compresses = std::ranges::any_of(source.plan.connections, [&](const auto& one) {
    return one.source == source.identity.controller && one.destination == destination &&
           one.compress;
  });
  return wire::encode(page, compresses ? wire::Compression::zstd : wire::Compression::none).size();
}

void World::deliver(const Packet& packet) {
  Actor& to = actor(packet.to);
  const bool asks = std::holds_alternative<GetChanges>(packet.message);
  const Actor& from = actor(packet.from);
  if (asks ? !can_ask(from, to) : !can_ask(to, from)) return;
  if (std::holds_alternative<GetChanges>(packet.message)) {
    deliver_request(to, packet);
  } else if (const auto* notice = std::get_if<Notice>(&packet.message)) {
    feed(to, {NoticeArrived{.source = packet.from, .notice = *notice}});
  } else if (const auto* page = std::get_if<Page>(&packet.message)) {
    to.turned_out.answered(packet.from);
    const auto before = to.store->read()->source(packet.from, page->naming_context);
    feed(to, {PageArrived{.source = packet.from,
                          .page = *page,
                          .bytes = framed_size(actor(packet.from), packet.to, *page)}});
    const auto after = to.store->read()->source(packet.from, page->naming_context);
    if (after && (!before || before->total.pages != after->total.pages)) {
      if (after->last_pull.pages == 1) {
        to.edges[packet.from].objects[page->naming_context].clear();
      }
      note_crossing(to, packet.from, *page);
    }
    if (std::exchange(to.begun_again, false)) {  // what crossed before crosses once more
      for (auto& [source, edge] : to.edges)
        edge.crossed.clear();
    }
  }
}

void World::deliver_request(Actor& source, const Packet& packet) {
  std::variant<GetChanges, Page> request = std::get<GetChanges>(packet.message);
  if (options_.tamper) options_.tamper(packet.from, packet.to, request);
  const GetChanges& asked = std::get<GetChanges>(request);
  const auto proof =
      proof_in(*source.store->read(), source.identity, asked, packet.from, source.clock(now_));
  if (proof) feed(source, {PutBack{*proof}});
  std::string trouble = why_refused(source, packet.from);
  if (trouble.empty()) trouble = why_not_held(source, asked.naming_context);
  if (!trouble.empty()) {
    at(now_ + kBetweenSites,
       Failure{.whose = packet.from,
               .failure = {.source = packet.to, .request = asked.request, .error = trouble}});
    return;
  }
  if (asked.call_back) feed(source, {Called{.destination = packet.from}});
  if (asked.notify) {
    feed(source, {Subscribed{.destination = packet.from, .naming_context = asked.naming_context}});
  }
  const auto to = audience(source, actor(packet.from), asked.naming_context);
  if (to.read_only || to.partial) {
    feed(source, {WordsHeard{.naming_context = asked.naming_context, .known = asked.known}});
  }
  const auto snapshot = source.store->read();
  Page page = answer(*snapshot, asked, source.identity, to, source.clock(now_));
  page.lost_you = source.gaps.silent.contains(packet.from);
  const auto loss = source.steps_to_loss.find(asked.naming_context);
  page.steps_to_loss = loss == source.steps_to_loss.end() ? 0 : loss->second;
  std::variant<GetChanges, Page> reply = std::move(page);
  if (options_.tamper) options_.tamper(packet.to, packet.from, reply);
  send({.from = packet.to, .to = packet.from, .message = std::get<Page>(std::move(reply))});
}

// What the source's own copy of the forest says; the least of whom it does not know.
Audience World::audience(const Actor& source, const Actor& destination,
                         NamingContextId context) const {
  const sites::Forest& known = source.known ? source.known->forest : forest_;
  return audience_of(known, destination.identity.controller, context)
      .value_or(Audience{.read_only = true, .partial = true});
}

// What a controller says to one whom it does not answer. Who hears often enough that it is no
// member believes it.
std::string World::why_refused(Actor& source, ControllerId destination) {
  if (source.identity.quarantined) return quarantine(source.name);
  if (source.paused_outbound) return fmt::format("{} is paused outbound", source.name);
  Actor& asks = actor(destination);
  if (is_expired(source, asks)) return why_expired(source, asks);
  const auto expected = known_key(asks, source);
  if (expected && *expected != source.key) return fmt::format("{} has another key", source.name);
  if (known_key(source, asks) != asks.key) {
    const auto row = source.store->read()->find(ObjectId(destination.value));
    const bool removed = row && row->deleted;  // else it has merely not heard of it
    if (removed && asks.identity.policy.retiring) {
      leave(asks);
    } else if (removed && asks.turned_out.refused(source.identity.controller, asks.clock(now_))) {
      tell(fmt::format("{} answers nobody any more", asks.name));
      for (auto& [id, other] : actors_)  // it ends their sessions; they open new ones
        at(now_ + kReconnects, Reconnection{.whose = id, .source = destination});
    }
    if (!removed) inquire(source);
    return fmt::format("{} says that {} is no member", source.name, asks.name);
  }
  if (options_.configuration && source.identity.read_only) {
    return fmt::format("{} is no source yet", source.name);
  }
  if (!source.turned_out.holds(source.clock(now_))) return {};
  return fmt::format("{} has heard that it is no member itself", source.name);
}

void World::inquire(Actor& actor) {
  const auto member =
      actor.inquiry.next(actor.joined, actor.identity.controller, actor.clock(now_));
  if (!member || !actors_.contains(*member)) return;
  tell(fmt::format("{} asks {} for its configuration", actor.name, this->actor(*member).name));
  feed(actor, {PullForced{.id = 0,
                          .source = *member,
                          .naming_context = configuration::configuration_of(forest_)}});
}

void World::feed(Actor& actor, const std::vector<Event>& events) {
  EXPECTS(actor.engine != nullptr);
  stirred_ = true;
  if (actor.disk_is_full) return;  // its step failed, and left nothing
  if (is_frozen(actor)) {
    actor.waiting.insert(actor.waiting.end(), events.begin(), events.end());
    return;
  }
  if (auto leases = leases_of(actor); leases != actor.leases) {
    actor.leases = leases;
    std::vector<Event> with_leases{FenceSaid{std::move(leases)}};
    with_leases.insert(with_leases.end(), events.begin(), events.end());
    return feed(actor, with_leases);
  }
  const bool doomed = actor.crash != CrashPoint::now && std::ranges::any_of(events, writes);
  const auto point = doomed ? std::exchange(actor.crash, CrashPoint::now) : CrashPoint::now;
  if (point != CrashPoint::before_commit) {
    const Effects effects = actor.engine->step(events, actor.clock(now_));
    if (point == CrashPoint::now) return carry_out(actor, effects);
  }
  const auto crashed = crash(actor.name);
  EXPECTS(crashed.has_value());
}

void World::carry_out(Actor& actor, const Effects& effects) {
  const ControllerId me = actor.identity.controller;
  for (const WriteAnswer& answer : effects.answers)
    actor.answer = answer;
  for (const PullReport& report : effects.pulls) {
    if (!report.forced.empty()) actor.reports.push_back(report);
    if (report.counts.objects == 0 && report.error.empty()) continue;
    const std::string& source = this->actor(report.source).name;
    tell(fmt::format("{} pulled from {}: objects={} values={}{}{}", actor.name, source,
                     report.counts.objects, report.counts.values, report.error.empty() ? "" : ", ",
                     report.error));
    story_.back().from = source;
    story_.back().to = actor.name;
    story_.back().trouble = report.error;
    story_.back().counts = report.counts;
  }
  for (const Switch& one : effects.switches) {
    const std::pair key{one.source, one.naming_context};
    one.awake ? (void)actor.awake.insert(key) : (void)actor.awake.erase(key);
    tell(fmt::format("{}: standby {} {}", actor.name, this->actor(one.source).name,
                     one.awake ? "takes over" : "rests again"));
  }
  for (const Finding& finding : effects.findings) {
    tell(fmt::format("{}: {}", actor.name, finding.text));
  }
  if (effects.writes_as) {
    actor.former.insert(std::exchange(actor.identity.invocation, *effects.writes_as));
    actor.identity.read_only = false;
    tell(fmt::format("{} is promoted and takes writes", actor.name));
  }
  if (effects.quarantined) {
    actor.identity.quarantined = true;
    use_partners(actor);
  }
  actor.begun_again |= !effects.begun_again.empty() || !effects.looks_anew.empty();
  if (!effects.looks_anew.empty()) {
    tell(fmt::format("{} asks again for what was numbered twice", actor.name));
  }
  if (!effects.begun_again.empty()) {
    tell(fmt::format("{} is filled anew: it is to hold more than it was sent", actor.name));
  }
  actor.steps_to_loss = effects.steps_to_loss;
  follow_configuration(actor, effects);
  for (const NamingContextId context : effects.forgotten)
    tell(fmt::format("{} forgets naming context {}", actor.name, context.value.to_string()));
  if (!effects.forgotten.empty()) drop_crossings(actor);
  for (const Offer& offer : effects.offers)
    at(now_ + kBetweenSites, Offering{.whose = me, .offer = offer});
  for (const Urge& urge : effects.urges)
    at(now_ + kBetweenSites, Urging{.whose = me, .urge = urge});
  for (const PoolWish& wish : effects.pool_wishes) {
    if (actor.has_started && !options_.manual) {
      at(now_ + kBetweenSites,
         Wishing{.whose = me, .taker = actor.identity.invocation, .wish = wish});
    }
  }
  compare_if_due(actor);
  if (!effects.silent.empty()) {
    at(now_ + kBetweenSites, Mending{.whose = me, .silent = effects.silent});
  }
  if (!options_.manual && now_ >= actor.mend_at) {
    actor.mend_at = now_ + kMendsEvery;
    at(now_ + kBetweenSites, Mending{.whose = me, .silent = {}});
  }
  for (const Outgoing& out : effects.send) {
    Packet packet{.from = me, .to = out.to, .message = Notice{}};
    std::visit([&](const auto& message) { packet.message = message; }, out.message);
    send(std::move(packet));
  }
  if (!effects.wake_at) {
    actor.wake_at.reset();
    return;
  }
  const base::Time alarm = std::max(*effects.wake_at - actor.clock_offset, now_ + 1ms);
  if (actor.wake_at == alarm) return;
  actor.wake_at = alarm;
  at(alarm, Alarm{.whose = me});
}

void World::send(Packet packet) {
  if (const auto* request = std::get_if<GetChanges>(&packet.message)) {
    actor(packet.from).asked[{packet.to, request->naming_context}] = request->request;
  }
  if (instant_ != nullptr && !std::holds_alternative<Notice>(packet.message)) {
    instant_->push_back(std::move(packet));
    return;
  }
  const Actor& from = actor(packet.from);
  const Actor& to = actor(packet.to);
  if (const auto* request = std::get_if<GetChanges>(&packet.message);
      request != nullptr && !can_ask(from, to)) {
    at(now_ + kConnectFails,
       Failure{.whose = packet.from,
               .failure = {.source = packet.to,
                           .request = request->request,
                           .error = fmt::format("{} does not answer", to.name)}});
    return;
  }
  const Weather& weather = options_.weather;
  base::Duration latency = from.controller.site == to.controller.site ? kInsideSite : kBetweenSites;
  if (rng_.chance(weather.lost, weather.whole)) return;
  if (rng_.chance(weather.delayed, weather.whole)) {
    latency *= static_cast<base::Duration::rep>(1 + rng_.below(10));
  }
  if (rng_.chance(weather.repeated, weather.whole)) {
    at(now_ + latency * static_cast<base::Duration::rep>(1 + rng_.below(10)),
       Delivery{.packet = packet});
  }
  at(now_ + latency, Delivery{.packet = std::move(packet)});
}

// `whose` learns that `gone` can no longer be spoken to: at once as a source of notices, after a
// second attempt as one that changes come from.
void World::part(ControllerId whose, ControllerId gone) {
  Actor& left = actor(whose);
  if (!left.engine || whose == gone) return;
  feed(left, {DestinationDown{.destination = gone}});
  at(now_ + kConnectFails, Loss{.whose = whose, .source = gone});
}

// What `destination` asks of `source` arrives no more.
void World::sever(ControllerId destination, ControllerId source) {
  cuts_.emplace(destination, source);
  if (actor(source).engine) feed(actor(source), {DestinationDown{.destination = destination}});
  if (actor(destination).engine && destination != source) {
    at(now_ + kConnectFails, Loss{.whose = destination, .source = source});
  }
}

void World::reconnect(ControllerId a, ControllerId b) {
  if (a == b) return;
  at(now_ + kReconnects, Reconnection{.whose = a, .source = b});
  at(now_ + kReconnects, Reconnection{.whose = b, .source = a});
}

bool World::can_ask(const Actor& destination, const Actor& source) const {
  return destination.engine && source.engine &&
         !cuts_.contains({destination.identity.controller, source.identity.controller});
}

void World::tell(std::string text) {
  story_.push_back({.time = now_, .text = std::move(text)});
}

}  // namespace ringspan::replicator::simulator
