#include "replicator/engine/pool_wishes.hpp"

#include <algorithm>

namespace ringspan::replicator {

void PoolWishes::want(const PoolWish& wish, base::Time now) {
  const auto [at, fresh] = wishes_.try_emplace({wish.domain, wish.kind});
  if (!fresh && at->second.wish == wish) return;
  at->second = {.wish = wish, .due = now};
}

std::vector<PoolWish> PoolWishes::due(base::Time now) {
  std::vector<PoolWish> found;
  for (auto& [key, waiting] : wishes_) {
    if (waiting.due > now) continue;
    found.push_back(waiting.wish);
    waiting.due = now + waiting.rest;
    waiting.rest = std::min(waiting.rest * 2, kLongestRest);
  }
  return found;
}

std::optional<base::Time> PoolWishes::wake_at() const {
  std::optional<base::Time> wake;
  for (const auto& [key, waiting] : wishes_) {
    if (!wake || waiting.due < *wake) wake = waiting.due;
  }
  return wake;
}

}  // namespace ringspan::replicator
