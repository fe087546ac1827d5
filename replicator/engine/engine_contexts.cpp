// What becomes of naming contexts that this replica gets and loses (rule R23).

#include <algorithm>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/audience.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

// Of what was never here whole nothing was written here (Originator::check_writable), and a
// read-only replica writes nothing: whatever it has of it others have.
void Engine::take(Transaction& store, const ContextsChanged& event, base::Time now,
                  Effects& effects) {
  identity_.contexts = event.held;
  tend_identifiers_ = true;
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
  const Selection all = selection_of(store, identity_.contexts, context, Audience{});
  if (!event.meant_of.covers(all)) return;  // its vector counts what it was not sent
  if (lag(store, context, {}, event.holds, identity_, Audience{}).values > 0) return;
  forget(store, context, now, effects);
}

bool Engine::is_held(NamingContextId context) const {
  return std::ranges::find(identity_.contexts, context, &NamingContextHead::id) !=
         identity_.contexts.end();
}

// A cycle under way would end with a vector that covers what its forgotten pages brought.
void Engine::forget(Transaction& store, NamingContextId context, base::Time now, Effects& effects) {
  for (const ControllerId source : pulls_.under_way(context))
    fail_pull(store, source, context, kNotHeld, now, effects);
  replicator::forget(store, context, identity_.invocation);
  Writer writer(store, identity_, now);
  settle(writer, context);  // nothing of it waits any more
  leaving_.end(context);
  notices_due_.erase(context);
  effects.forgotten.insert(context);
}

}  // namespace ringspan::replicator
