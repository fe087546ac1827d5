// What the engine does against a disk that was put back: marks, quarantine, and the way out (rule
// R25).

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/engine.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/image_age.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

// Before anything of this life is given out.
void Engine::tend_mark(Transaction& store, base::Time now) {
  if (!marked_) note_start(store);
  marked_ |= identity_.quarantined;
  if (identity_.quarantined || (marked_ && !mark_is_due(store, now))) return;
  begin_mark(store, settings_.life, now);
  marked_ = true;
}

// A write of ours that wins against what is here was never undone by us: another life made it.
std::optional<Quarantine> Engine::lost_write(const Snapshot& store, const PageArrived& event,
                                             base::Time now) const {
  const NamingContextId context = event.page.naming_context;
  const InvocationId me = originator_in(store, context, identity_.invocation);
  for (const ObjectChange& change : event.page.objects) {
    for (const AttributeChange& attribute : change.attributes) {
      const Stamp& stamp = attribute.stamp;
      if (stamp.originator != me) continue;
      if (stamp.usn > store.highest_usn()) return proof_by(store, stamp, event.source, now);
      if (!asks_for_own_writes(context)) continue;
      const auto row = store.find(change.id);
      const Object held = row ? stored_object(*row) : Object{};
      const auto at = held.attributes.find(attribute.name);
      if (at != held.attributes.end() && !(at->second.stamp < stamp)) continue;
      return proof_by(store, stamp, event.source, now);
    }
  }
  for (const LinkChange& link : event.page.links) {
    if (link.stamp.originator == me && link.stamp.usn > store.highest_usn()) {
      return proof_by(store, link.stamp, event.source, now);
    }
  }
  return std::nullopt;
}

// By the source's vector, which says most exactly what is lost, or by what it sends.
bool Engine::proves_rollback(Transaction& store, const PageArrived& event, base::Time now,
                             Effects& effects) {
  const NamingContextId context = event.page.naming_context;
  std::optional<Quarantine> proof;
  if (event.page.vector) {
    const auto& cursors = event.page.vector->cursors();
    const auto ours = cursors.find(originator_in(store, context, identity_.invocation));
    if (ours != cursors.end()) proof = proof_in(store, ours->second, event.source, now);
  }
  if (!proof) proof = lost_write(store, event, now);
  if (!proof) return false;
  quarantine(store, *proof, now, effects);
  return true;
}

void Engine::take(Transaction& store, const PutBack& event, base::Time now, Effects& effects) {
  if (!identity_.quarantined) quarantine(store, event.proof, now, effects);
}

void Engine::quarantine(Transaction& store, const Quarantine& proof, base::Time now,
                        Effects& effects) {
  note_quarantine(store, identity_.invocation, proof);
  identity_.quarantined = true;
  const std::string why = sentence(store, identity_, proof);
  for (const NamingContextHead& head : identity_.contexts) {
    for (const ControllerId source : pulls_.under_way(head.id))
      fail_pull(store, source, head.id, why, now, effects);
  }
  pulls_.set_partners({}, now);
  takeover_.set_partners({}, now);
  notices_due_.clear();
  effects.quarantined = proof;
  effects.findings.push_back({.severity = Finding::Severity::error, .text = why});
}

void Engine::take(Transaction& store, const RecoverAsked& /*event*/, base::Time now,
                  Effects& effects) {
  const auto quarantine = quarantine_of(store, identity_.invocation);
  if (!quarantine) return;
  const auto may =
      may_recover(store, identity_, *quarantine, identity_.policy.tombstone_lifetime, now);
  if (!may) {
    effects.findings.push_back({.severity = Finding::Severity::error, .text = may.error().message});
    return;
  }
  effects.recovery = recover(store, identity_, *quarantine, InvocationId(guids_.next()), now);
  effects.findings.push_back(
      {.severity = Finding::Severity::warning,
       .text =
           fmt::format("{}: has left quarantine as database {}; {} values that were written "
                       "since its disk was put back are written again",
                       name_of(store, identity_.controller), identity_.invocation.value.to_string(),
                       effects.recovery->renewed.size())});
}

// What a source kept back since we seemed to have it is sent now; and others are to hear of it.
void Engine::look_anew(Transaction& store, NamingContextId context, base::Time now,
                       Effects& effects) {
  for (SourceRecord& record : store.sources()) {
    if (record.naming_context != context) continue;
    record.watermark = {};
    store.set_source(record);
  }
  pulls_.want(context);
  notices_due_.try_emplace(context, now + settings_.hold_back);
  effects.looks_anew.insert(context);
}

}  // namespace ringspan::replicator
