#include "replicator/partners/urging.hpp"

#include <utility>

namespace ringspan::replicator::partners {

bool Urging::begin(const Urge& urge) {
  const auto [known, fresh] = under_way_.try_emplace(urge, false);
  if (!fresh) known->second = true;
  return fresh;
}

bool Urging::ended(const Urge& urge) {
  const auto known = under_way_.find(urge);
  if (known == under_way_.end()) return false;
  if (std::exchange(known->second, false)) return true;
  under_way_.erase(known);
  return false;
}

}  // namespace ringspan::replicator::partners
