#include "replicator/engine/holding.hpp"

#include "replicator/engine/audience.hpp"
#include "replicator/engine/horizon.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

// Of the database's present invocation id: one that was put back from an image begins anew.
std::string originator_fact(NamingContextId context, InvocationId me) {
  return "originator " + context.value.to_string() + " " + me.value.to_string();
}

std::string created_fact(NamingContextId context) {
  return "created " + context.value.to_string();
}

}  // namespace

InvocationId originator_in(const Snapshot& snapshot, NamingContextId context, InvocationId me) {
  const auto later_life = base::Guid::parse(snapshot.fact(originator_fact(context, me)));
  return later_life ? InvocationId(*later_life) : me;
}

InvocationId next_life(InvocationId former, NamingContextId context) {
  return InvocationId(base::Guid::from_name(former.value, context.value.to_string()));
}

bool has_arrived(const Snapshot& snapshot, NamingContextId context, InvocationId me) {
  for (const SourceRecord& record : snapshot.sources()) {
    if (record.naming_context == context && record.last_success != base::Time{}) return true;
  }
  if (was_created_here(snapshot, context)) return true;
  const auto head = snapshot.find(head_of(context));
  return head &&
         stored_object(*head).name_stamp().originator == originator_in(snapshot, context, me);
}

void note_created(Transaction& store, NamingContextId context) {
  store.set_fact(created_fact(context), "yes");
}

bool was_created_here(const Snapshot& snapshot, NamingContextId context) {
  return !snapshot.fact(created_fact(context)).empty();
}

void forget(Transaction& store, NamingContextId context, InvocationId me) {
  const InvocationId next = next_life(originator_in(store, context, me), context);
  store.forget(context);
  store.set_fact(originator_fact(context, me), next.value.to_string());
  store.set_fact(created_fact(context), "");
  set_filled_with(store, context, {});
  set_own_horizon(store, context, {});
}

}  // namespace ringspan::replicator
