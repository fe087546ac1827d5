#include "replicator/engine/leaving.hpp"

#include <algorithm>
#include <utility>

namespace ringspan::replicator {

void Leaving::set(const Remaining& contexts, base::Time now) {
  std::map<NamingContextId, Context> former = std::exchange(contexts_, {});
  for (const auto& [id, remaining] : contexts) {
    Context context{.remaining = remaining, .due = now, .first_offer = last_offer_ + 1};
    if (const auto known = former.find(id); known != former.end()) {
      context.first_offer = known->second.first_offer;
      if (known->second.remaining == remaining) context = std::move(known->second);
    }
    contexts_.emplace(id, std::move(context));
  }
}

std::vector<Offer> Leaving::due(base::Time now) {
  std::vector<Offer> offers;
  for (auto& [id, context] : contexts_) {
    if (context.remaining.empty() || context.due > now) continue;
    offers.push_back({.id = ++last_offer_,
                      .naming_context = id,
                      .to = context.remaining[context.next++ % context.remaining.size()]});
    context.due = now + context.rest;
    context.rest = std::min(context.rest * 2, kLongestRest);
  }
  return offers;
}

bool Leaving::counts(std::uint64_t offer, NamingContextId context) const {
  const auto known = contexts_.find(context);
  return known != contexts_.end() && offer >= known->second.first_offer;
}

std::optional<base::Time> Leaving::wake_at() const {
  std::optional<base::Time> wake;
  for (const auto& [id, context] : contexts_) {
    if (!context.remaining.empty() && (!wake || context.due < *wake)) wake = context.due;
  }
  return wake;
}

}  // namespace ringspan::replicator
