#include "replicator/engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/apply.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/settle_links.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

constexpr const char* kNotHeld = "the naming context is not held here";

PullCounts counts_of(const PageArrived& event) {
  PullCounts counts{.pages = 1, .bytes = event.bytes};
  for (const ObjectChange& object : event.page.objects)
    counts.values += object.attributes.size();
  counts.values += event.page.links.size();
  std::set<ObjectId> objects;
  for (const ObjectChange& object : event.page.objects)
    objects.insert(object.id);
  for (const LinkChange& link : event.page.links)
    objects.insert(link.id.source);
  counts.objects = objects.size();
  return counts;
}

SourceRecord record_of(const Snapshot& store, ControllerId source, NamingContextId context) {
  auto record = store.source(source, context);
  if (record) return *std::move(record);
  return {.source = source, .naming_context = context};
}

}  // namespace

Engine::Engine(Store& store, GuidSource& guids, Identity identity, Settings settings)
    : store_(store),
      guids_(guids),
      identity_(std::move(identity)),
      settings_(settings),
      pulls_(settings.answer_limit) {}

Effects Engine::step(std::span<const Event> events, base::Time now) {
  Effects effects;
  const auto transaction = store_.begin();
  for (const Event& event : events) {
    transaction->mark();
    std::visit([&](const auto& one) { take(*transaction, one, now, effects); }, event);
  }
  for (const auto& [source, context] : pulls_.overdue(now)) {
    fail_pull(*transaction, source, context, "no answer in time", now, effects);
  }
  effects.switches = takeover_.update(now);
  for (const Switch& one : effects.switches)
    pulls_.set_awake(one.source, one.naming_context, one.awake, now);
  effects.lost = takeover_.lost(now);
  for (const Pulls::Request& request : pulls_.start(now))
    ask(*transaction, request, now, effects);
  effects.offers = leaving_.due(now);
  transaction->commit();
  announce(now, effects);
  effects.wake_at = wake_at(now);
  return effects;
}

void Engine::take(Transaction& store, const WriteAsked& event, base::Time now, Effects& effects) {
  Writer writer(store, identity_, now);
  auto result = originate(writer, guids_, event.write);
  if (result) {
    keep(writer, now, effects);
  } else {
    store.undo();
  }
  effects.answers.push_back({.id = event.id, .result = std::move(result)});
}

void Engine::take(Transaction& store, const PageArrived& event, base::Time now, Effects& effects) {
  const NamingContextId context = event.page.naming_context;
  if (!pulls_.expects(event.source, context, event.page.request)) return;  // late or repeated
  if (!is_held(context)) return fail_pull(store, event.source, context, kNotHeld, now, effects);
  if (pulls_.probing(event.source, context)) return end_probe(store, event, now);
  const auto applied = apply_page(store, event, now, effects);
  if (applied) return;
  store.undo();
  fail_pull(store, event.source, context, applied.error().message, now, effects);
}

// Says only whether there is something (rule R14). Time alone is not worth a write to the disk.
void Engine::end_probe(Transaction& store, const PageArrived& event, base::Time now) {
  constexpr base::Duration kWorthWriting = std::chrono::minutes(1);
  const Page& page = event.page;
  if (!page.objects.empty() || !page.links.empty())
    return;  // an answer to something else: what it brings is not applied
  SourceRecord record = record_of(store, event.source, page.naming_context);
  const bool old = now - record.last_success >= kWorthWriting;
  if (page.last()) {
    takeover_.in_step(event.source, page.naming_context);
  } else if (!pulls_.running(page.naming_context)) {  // else a primary is bringing something
    takeover_.ahead(event.source, page.naming_context, page.end.usn, now);
  }
  pulls_.succeeded(event.source, page.naming_context, {}, now);
  takeover_.went_well(event.source, page.naming_context);
  if (page.end == record.watermark && record.failures == 0 && !(page.last() && old)) return;
  record.watermark = page.end;
  record.failures = 0;
  record.error.clear();
  record.last_attempt = now;
  if (page.last()) record.last_success = now;
  store.set_source(record);
}

// Data, watermark and vector in one transaction (rules R9, R10).
base::Result<void> Engine::apply_page(Transaction& store, const PageArrived& event, base::Time now,
                                      Effects& effects) {
  const Page& page = event.page;
  Writer writer(store, identity_, now);
  if (auto applied = apply(writer, page); !applied) return applied;

  const PullCounts counts = counts_of(event);
  SourceRecord record = record_of(store, event.source, page.naming_context);
  record.watermark = page.end;
  record.last_pull += counts;
  record.total += counts;
  if (page.last()) {
    const InvocationId me = originator_in(store, page.naming_context, identity_.invocation);
    UpToDatenessVector vector = store.vector(page.naming_context);
    for (const auto& [originator, cursor] : page.vector->cursors()) {
      if (originator != me) vector.merge(originator, cursor);
    }
    store.set_vector(page.naming_context, vector);
    record.last_success = now;
    record.failures = 0;
    record.error.clear();
  }
  store.set_source(record);

  if (page.last()) {
    effects.pulls.push_back(pulls_.succeeded(event.source, page.naming_context, counts, now));
    takeover_.went_well(event.source, page.naming_context);
    if (!pulls_.running(page.naming_context)) {
      settle(writer, page.naming_context);
      settle_links(writer, page.naming_context);
    }
  } else {
    ask(store, pulls_.next_page(event.source, page.naming_context, counts, now), now, effects);
  }
  keep(writer, now, effects);
  return {};
}

void Engine::take(Transaction& store, const PullFailed& event, base::Time now, Effects& effects) {
  const auto context = pulls_.context_of(event.source, event.request);
  if (context) fail_pull(store, event.source, *context, event.error, now, effects);
}

void Engine::take(Transaction& /*store*/, const NoticeArrived& event, base::Time now,
                  Effects& /*effects*/) {
  pulls_.noticed(event.source, event.notice.naming_context, now);
}

void Engine::take(Transaction& /*store*/, const PullForced& event, base::Time now,
                  Effects& /*effects*/) {
  std::vector<NamingContextId> contexts;
  if (event.naming_context) {
    contexts.push_back(*event.naming_context);
  } else {
    for (const NamingContextHead& context : identity_.contexts)
      contexts.push_back(context.id);
  }
  for (const NamingContextId context : contexts) {
    pulls_.force(event.source, context, {.id = event.id, .full = event.full}, now);
  }
}

void Engine::take(Transaction& /*store*/, const SourceUp& event, base::Time now,
                  Effects& /*effects*/) {
  pulls_.source_up(event.source, now);
}

void Engine::take(Transaction& /*store*/, const SourceDown& event, base::Time now,
                  Effects& /*effects*/) {
  takeover_.down(event.source, now);
}

void Engine::take(Transaction& /*store*/, const Subscribed& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  subscribers_[event.naming_context].insert(event.destination);
}

void Engine::take(Transaction& /*store*/, const DestinationDown& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  for (auto& [context, destinations] : subscribers_)
    destinations.erase(event.destination);
}

void Engine::take(Transaction& /*store*/, const PartnersChanged& event, base::Time now,
                  Effects& /*effects*/) {
  pulls_.set_partners(event.partners, now);
  takeover_.set_partners(event.partners, now);
}

void Engine::take(Transaction& /*store*/, const PolicyChanged& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  identity_.policy = event.policy;
}

// Of what was never here whole nothing was written here (Originator::check_writable), and a
// read-only replica writes nothing: whatever it has of it others have.
void Engine::take(Transaction& store, const ContextsChanged& event, base::Time now,
                  Effects& effects) {
  identity_.contexts = event.held;
  Leaving::Remaining leaving;
  for (const NamingContextId context : store.contexts()) {
    if (is_held(context)) continue;
    const auto remaining = event.leaving.find(context);
    const bool left = remaining != event.leaving.end();
    const bool nothing_own =
        identity_.read_only || !has_arrived(store, context, identity_.invocation);
    if (event.removed.contains(context) || (left && nothing_own)) {
      forget(store, context, now, effects);
    } else if (left) {
      leaving.insert(*remaining);
    }
  }
  leaving_.set(leaving, now);
}

void Engine::take(Transaction& store, const OfferAnswered& event, base::Time now,
                  Effects& effects) {
  const NamingContextId context = event.naming_context;
  if (is_held(context) || !leaving_.counts(event.offer, context)) return;
  if (lag(store, context, {}, event.holds, identity_.invocation).values > 0) return;
  forget(store, context, now, effects);
}

bool Engine::is_held(NamingContextId context) const {
  return std::ranges::find(identity_.contexts, context, &NamingContextHead::id) !=
         identity_.contexts.end();
}

// A cycle under way would end with a vector that covers what its forgotten pages brought.
void Engine::forget(Transaction& store, NamingContextId context, base::Time now, Effects& effects) {
  for (const ControllerId source : pulls_.running_from(context))
    fail_pull(store, source, context, kNotHeld, now, effects);
  replicator::forget(store, context, identity_.invocation);
  leaving_.end(context);
  notices_due_.erase(context);
  effects.forgotten.insert(context);
}

void Engine::take(Transaction& /*store*/, const OfferedAgain& /*event*/, base::Time now,
                  Effects& /*effects*/) {
  for (const auto& [context, destinations] : subscribers_)
    notices_due_[context] = now;
}

void Engine::fail_pull(Transaction& store, ControllerId source, NamingContextId context,
                       const std::string& error, base::Time now, Effects& effects) {
  if (is_held(context)) {  // of others nothing is kept
    SourceRecord record = record_of(store, source, context);
    ++record.failures;
    record.error = error;
    store.set_source(record);
  }
  effects.pulls.push_back(pulls_.failed(source, context, error, now));
  takeover_.failed(source, context, now);
}

void Engine::ask(Transaction& store, const Pulls::Request& request, base::Time now,
                 Effects& effects) {
  if (!is_held(request.naming_context)) {
    return fail_pull(store, request.source, request.naming_context, kNotHeld, now, effects);
  }
  SourceRecord record = record_of(store, request.source, request.naming_context);
  GetChanges changes{.request = request.id,
                     .naming_context = request.naming_context,
                     .after = record.watermark,
                     .known = {},
                     .limits = settings_.page,
                     .notify = request.notify};
  if (request.probe) changes.limits.objects = 0;
  if (request.first && request.full) changes.after = {};
  if (!request.full) {
    changes.known = vector_of(store, request.naming_context, identity_.invocation, now);
  }
  effects.send.push_back({.to = request.source, .message = std::move(changes)});
  if (!request.first || request.probe) return;
  record.last_attempt = now;
  record.last_pull = {};
  store.set_source(record);
}

// What a writer did holds: its partners will be told.
void Engine::keep(const Writer& writer, base::Time now, Effects& effects) {
  for (const NamingContextId context : writer.changed()) {
    notices_due_.try_emplace(context, now + settings_.hold_back);
    effects.changed.insert(context);
  }
  effects.findings.insert(effects.findings.end(), writer.findings().begin(),
                          writer.findings().end());
}

void Engine::announce(base::Time now, Effects& effects) {
  for (auto due = notices_due_.begin(); due != notices_due_.end();) {
    if (due->second > now) {
      ++due;
      continue;
    }
    for (const ControllerId destination : subscribers_[due->first]) {
      effects.send.push_back({.to = destination, .message = Notice{.naming_context = due->first}});
    }
    due = notices_due_.erase(due);
  }
}

std::optional<base::Time> Engine::wake_at(base::Time now) const {
  std::optional<base::Time> wake = pulls_.wake_at(now);
  for (const auto& other : {takeover_.wake_at(now), leaving_.wake_at()}) {
    if (other && (!wake || *other < *wake)) wake = other;
  }
  for (const auto& [context, due] : notices_due_) {
    if (!wake || due < *wake) wake = due;
  }
  return wake;
}

}  // namespace ringspan::replicator
