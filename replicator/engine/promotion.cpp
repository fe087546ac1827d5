#include "replicator/engine/promotion.hpp"

#include <algorithm>

#include "replicator/engine/audience.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::string_view kPromotedFact = "promoted-as";

}  // namespace

// The vector is empty from when a context is begun anew until its first whole cycle is over.
bool is_whole(const Snapshot& snapshot, const Identity& identity) {
  return std::ranges::all_of(identity.contexts, [&](const NamingContextHead& context) {
    const Selection wanted =
        selection_of(snapshot, identity.contexts, context.id, audience_of(identity, context.id));
    return filled_with(snapshot, context.id).covers(wanted) &&
           !snapshot.vector(context.id).cursors().empty();
  });
}

void note_promotion(Transaction& store, InvocationId invocation) {
  store.set_fact(kPromotedFact, invocation.value.to_string());
}

std::optional<InvocationId> promoted_as(const Snapshot& snapshot) {
  const auto guid = base::Guid::parse(snapshot.fact(kPromotedFact));
  return guid ? std::optional(InvocationId(*guid)) : std::nullopt;
}

}  // namespace ringspan::replicator
