#include "replicator/engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/apply.hpp"
#include "replicator/engine/audience.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/promotion.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/settle_links.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

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

// From now on the context's vector and watermarks are meant of what this page was made with, too.
void narrow(Transaction& store, const Page& page) {
  const Selection filled = filled_with(store, page.naming_context);
  const Selection less = both(filled, page.selection);
  if (less != filled) set_filled_with(store, page.naming_context, less);
}

std::optional<NamingContextId> schema_of(const Identity& identity) {
  const auto* schema = schema_among(identity.contexts);
  return schema == nullptr ? std::nullopt : std::optional(schema->id);
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
      pulls_(settings.answer_limit, schema_of(identity_)),
      caught_up_{.alone = !settings.must_catch_up},
      began_at_(store.read()->highest_usn()) {
  identity_.quarantined = quarantine_of(*store_.read(), identity_.invocation).has_value();
  if (!schema_of(identity_) || has_selections(*store_.read())) return;
  const auto transaction = store_.begin();
  keep_selections(*transaction, identity_.contexts);
  transaction->commit();
}

Effects Engine::step(std::span<const Event> events, base::Time now) {
  Effects effects;
  const auto transaction = store_.begin();
  tend_mark(*transaction, now);
  for (const Event& event : events) {
    transaction->mark();
    std::visit([&](const auto& one) { take(*transaction, one, now, effects); }, event);
  }
  take_up_writing(*transaction, effects);
  for (const auto& [source, context] : pulls_.overdue(now)) {
    fail_pull(*transaction, source, context, "no answer in time", now, effects);
  }
  tend_identifiers(*transaction, now, effects);
  tend_horizons(*transaction, now, effects);
  effects.switches = takeover_.update(now);
  for (const Switch& one : effects.switches)
    pulls_.set_awake(one.source, one.naming_context, one.awake, now);
  effects.gaps = takeover_.gaps(now);
  call_back(effects.gaps);
  effects.steps_to_loss = takeover_.steps_to_loss(now);
  pass_on(effects.steps_to_loss, now);
  for (const auto& [source, context] : takeover_.doubtful(now))
    pulls_.want(source, context);
  for (const Pulls::Request& request : pulls_.start(now))
    ask(*transaction, request, now, effects);
  effects.offers = leaving_.due(now);
  effects.caught_up = caught_up_;
  transaction->commit();
  announce(now, effects);
  effects.wake_at = wake_at(now);
  return effects;
}

void Engine::take(Transaction& store, const WriteAsked& event, base::Time now, Effects& effects) {
  if (const auto put_back = quarantine_of(store, identity_.invocation)) {
    effects.answers.push_back(
        {.id = event.id,
         .result = base::fail(base::Errc::refused, sentence(store, identity_, *put_back))});
    return;
  }
  Writer writer(store, identity_, now);
  if (caught_up_.leases) writer.write_under(*caught_up_.leases, event.drawn);
  auto result = may_change_hands(store, event.write)
                    .and_then([&] { return prepare(writer, event.write); })
                    .and_then([&] { return originate(writer, guids_, event.write); });
  WriteAnswer answer{.id = event.id, .result = std::move(result)};
  judge(event, writer, answer);
  if (answer.result) {
    keep(writer, now, effects);
    note_role_change(event.write, now);
    urge(store, writer, effects);
  } else {
    store.undo();
  }
  effects.answers.push_back(std::move(answer));
}

void Engine::take(Transaction& store, const PageArrived& event, base::Time now, Effects& effects) {
  if (identity_.quarantined) return;
  const NamingContextId context = event.page.naming_context;
  if (!pulls_.expects(event.source, context, event.page.request)) return;  // late or repeated
  if (!is_held(context)) return fail_pull(store, event.source, context, kNotHeld, now, effects);
  if (proves_rollback(store, event, now, effects)) return;
  if (pulls_.probing(event.source, context)) return end_probe(store, event, now, effects);
  const auto applied = apply_page(store, event, now, effects);
  if (applied) return;
  store.undo();
  fail_pull(store, event.source, context, applied.error().message, now, effects);
}

// Says only whether there is something (rule R14). Time alone is not worth a write to the disk.
void Engine::end_probe(Transaction& store, const PageArrived& event, base::Time now,
                       Effects& effects) {
  constexpr base::Duration kWorthWriting = std::chrono::minutes(1);
  const Page& page = event.page;
  if (!page.objects.empty() || !page.links.empty())
    return;  // an answer to something else: what it brings is not applied
  if (auto fits = check_selection(store, event, now); !fits) {
    return fail_pull(store, event.source, page.naming_context, fits.error().message, now, effects);
  }
  narrow(store, page);
  SourceRecord record = record_of(store, event.source, page.naming_context);
  const bool old = now - record.last_success >= kWorthWriting;
  if (page.last()) {
    takeover_.in_step(event.source, page.naming_context);
  } else if (!pulls_.running(page.naming_context)) {  // else a primary is bringing something
    takeover_.ahead(event.source, page.naming_context, page.end.usn, now);
  }
  pulls_.succeeded(event.source, page.naming_context, {}, now);
  takeover_.went_well(event.source, page.naming_context);
  takeover_.heard(event.source, page.naming_context, page.lost_you, now);
  takeover_.told(event.source, page.naming_context, page.steps_to_loss);
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
  if (auto fits = check_selection(store, event, now); !fits) return fits;
  if (!comes_whole(store, event)) {
    pulls_.force(event.source, page.naming_context, {.id = 0, .full = true}, now);
    effects.begun_again.insert(page.naming_context);
    return base::fail(base::Errc::unavailable,
                      "an object that was collected here lives again; all of it is asked for");
  }
  Writer writer(store, identity_, now);
  if (auto applied = apply(writer, page); !applied) return applied;
  bury_void(writer, page);
  narrow(store, page);

  const PullCounts counts = counts_of(event);
  SourceRecord record = record_of(store, event.source, page.naming_context);
  record.watermark = page.end;
  record.last_pull += counts;
  record.total += counts;
  takeover_.heard(event.source, page.naming_context, page.lost_you, now);
  takeover_.told(event.source, page.naming_context, page.steps_to_loss);
  const Selection wanted = selection_here(store, page.naming_context);
  const bool again = page.last() && page.selection.covers(wanted) &&
                     !filled_with(store, page.naming_context).covers(wanted);
  if (page.last() && !again) {
    const InvocationId me = originator_in(store, page.naming_context, identity_.invocation);
    UpToDatenessVector vector = store.vector(page.naming_context);
    bool newly_cut = false;
    for (const auto& [originator, cursor] : page.vector->cursors()) {
      if (originator == me) continue;
      const auto ours = vector.cursors().find(originator);
      newly_cut |= cursor.cut && ours != vector.cursors().end() && !ours->second.cut;
      vector.merge(originator, not_ahead(cursor, now));
    }
    store.set_vector(page.naming_context, vector);
    if (newly_cut) {
      look_anew(store, page.naming_context, now, effects);
      record.watermark = {};
    }
    record.last_success = now;
    record.failures = 0;
    record.error.clear();
  }
  store.set_source(record);

  if (again) {
    begin_again(store, event.source, page.naming_context, counts, now, effects);
  } else if (page.last()) {
    effects.pulls.push_back(pulls_.succeeded(event.source, page.naming_context, counts, now));
    takeover_.went_well(event.source, page.naming_context);
    if (caught_up_.contexts.insert(page.naming_context).second) tend_identifiers_ = true;
    confirm(page.naming_context);
    if (!pulls_.running(page.naming_context)) {
      settle(writer, page.naming_context);
      settle_links(writer, page.naming_context);
    }
  } else if (pulls_.gives_way(event.source, page.naming_context, now)) {
    pulls_.give_way(event.source, page.naming_context, now);
    takeover_.went_well(event.source, page.naming_context);
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

void Engine::take(Transaction& store, const PullForced& event, base::Time now, Effects& effects) {
  std::vector<NamingContextId> contexts;
  if (event.naming_context) {
    contexts.push_back(*event.naming_context);
  } else {
    for (const NamingContextHead& context : identity_.contexts)
      contexts.push_back(context.id);
  }
  for (const NamingContextId context : contexts) {
    if (const auto put_back = quarantine_of(store, identity_.invocation)) {
      effects.pulls.push_back({.forced = {event.id},
                               .source = event.source,
                               .naming_context = context,
                               .counts = {},
                               .started = now,
                               .ended = now,
                               .error = sentence(store, identity_, *put_back)});
      continue;
    }
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

void Engine::take(Transaction& /*store*/, const Called& event, base::Time now,
                  Effects& /*effects*/) {
  takeover_.called(event.destination, now);
}

void Engine::take(Transaction& /*store*/, const PartnersChanged& event, base::Time now,
                  Effects& /*effects*/) {
  if (identity_.quarantined) return;
  pulls_.set_partners(event.partners, now);
  takeover_.set_partners(event.partners, now);
}

void Engine::take(Transaction& store, const PolicyChanged& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  identity_.policy = event.policy;
  want_what_was_kept_back(store);
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
                     .notify = request.notify,
                     .call_back = request.call_back ||
                                  takeover_.stands_in(request.source, request.naming_context, now)};
  if (request.probe) changes.limits.objects = 0;
  if (request.first && request.full) changes.after = {};
  if (!request.full) {
    changes.known = vector_of(store, request.naming_context, identity_.invocation, now);
  }
  if (!request.full && !request.probe && asks_for_own_writes(request.naming_context)) {
    changes.known = store.vector(request.naming_context);  // and what we wrote before we began
    changes.known.merge(originator_in(store, request.naming_context, identity_.invocation),
                        {.usn = began_at_, .time = now});
  }
  effects.send.push_back({.to = request.source, .message = std::move(changes)});
  if (!request.first || request.probe) return;
  record.last_attempt = now;
  record.last_pull = {};
  store.set_source(record);
}

// Who stands in for a source that was lost just now hears of it with the next pull.
void Engine::call_back(const Gaps& gaps) {
  if (std::exchange(lost_, gaps.lost) == gaps.lost) return;
  for (const NamingContextHead& context : identity_.contexts)
    pulls_.want(context.id);
}

// What this replica is to hold of the context by its own schema.
Selection Engine::selection_here(const Snapshot& store, NamingContextId context) const {
  return selection_of(store, identity_.contexts, context, audience_of(identity_, context));
}

// A source that keeps back what we are to have, while what we hold is whole: it has not heard of a
// change of the schema, or we have not. What it says would make gaps that nothing shows (rule R21).
base::Result<void> Engine::check_selection(const Snapshot& store, const PageArrived& event,
                                           base::Time now) {
  const NamingContextId context = event.page.naming_context;
  const auto* schema = schema_among(identity_.contexts);
  if (schema == nullptr || !store.find(head_of(schema->id))) return {};  // it has not come yet
  // What even a read-only controller gets: whether we are one the source may know better.
  const Selection wanted =
      selection_of(store, identity_.contexts, context,
                   {.read_only = true, .partial = identity_.holds_in_part(context)});
  if (event.page.selection.covers(wanted) || !filled_with(store, context).covers(wanted)) return {};
  pulls_.noticed(event.source, schema->id, now);
  return base::fail(base::Errc::unavailable,
                    "it keeps back attributes that are for this controller: the two do not know "
                    "the same schema yet; it is asked again until they do");
}

// The schema lets more through than the context was filled with (rule R21): what is held stays, but
// nothing counts as held any more, and this source begins. A cycle of another source that is under
// way was asked with what counted before; it begins again by itself.
void Engine::begin_again(Transaction& store, ControllerId source, NamingContextId context,
                         const PullCounts& page, base::Time now, Effects& effects) {
  for (const ControllerId other : pulls_.under_way(context)) {
    if (other == source) continue;
    fail_pull(store, other, context, "begun again, since the schema lets more through", now,
              effects);
  }
  store.set_vector(context, {});
  for (SourceRecord& record : store.sources()) {
    if (record.naming_context != context) continue;
    record.watermark = {};
    store.set_source(record);
  }
  set_filled_with(store, context, {});
  effects.begun_again.insert(context);
  ask(store, pulls_.next_page(source, context, page, now), now, effects);
}

// A change of the schema may change what every context is to hold, here and elsewhere: whoever
// pulls from here is told, and we ask our own sources again where we lack something.
void Engine::heed_schema(Transaction& store, base::Time now) {
  keep_selections(store, identity_.contexts);
  for (const NamingContextHead& context : identity_.contexts)
    notices_due_.try_emplace(context.id, now + settings_.hold_back);
  want_what_was_kept_back(store);
}

// Of whom it comes matters not: the first source that has all of it begins (begin_again).
void Engine::want_what_was_kept_back(const Snapshot& store) {
  for (const NamingContextHead& context : identity_.contexts) {
    const Selection wanted = selection_here(store, context.id);
    if (!filled_with(store, context.id).covers(wanted)) pulls_.want(context.id);
  }
}

// A read-only replica that is promoted is one that writes as soon as it is whole (rule R24).
void Engine::take_up_writing(Transaction& store, Effects& effects) {
  if (!identity_.read_only || !identity_.policy.promoted || identity_.quarantined) return;
  if (!is_whole(store, identity_)) return;
  identity_.invocation = InvocationId(guids_.next());
  identity_.read_only = false;
  note_promotion(store, identity_.invocation);
  effects.writes_as = identity_.invocation;
}

// What a writer did holds: its partners will be told.
void Engine::keep(Writer& writer, base::Time now, Effects& effects) {
  const auto* schema = schema_among(identity_.contexts);
  if (schema != nullptr && writer.changed().contains(schema->id)) heed_schema(writer.store(), now);
  if (writer.changed_identifiers() ||
      writer.changed().contains(configuration_among(identity_.contexts))) {
    tend_identifiers_ = true;
  }
  if (writer.changed().contains(configuration_among(identity_.contexts))) {
    configuration_changed_at_ = writer.store().highest_usn();
  }
  for (const NamingContextId context : writer.changed()) {
    notices_due_.try_emplace(context, now + settings_.hold_back);
    if (writer.urgent().contains(context)) notices_due_[context] = now;
    effects.changed.insert(context);
  }
  effects.findings.insert(effects.findings.end(), writer.findings().begin(),
                          writer.findings().end());
}

std::optional<base::Time> Engine::wake_at(base::Time now) const {
  std::optional<base::Time> wake = pulls_.wake_at(now);
  for (const auto& other : {takeover_.wake_at(now), leaving_.wake_at(), pool_wishes_.wake_at()}) {
    if (other && (!wake || *other < *wake)) wake = other;
  }
  if (members_) {
    const base::Time due = collection_.idle() ? horizons_at_ : now;
    if (!wake || due < *wake) wake = due;
  }
  for (const auto& [context, due] : notices_due_) {
    if (!wake || due < *wake) wake = due;
  }
  return wake;
}

}  // namespace ringspan::replicator
