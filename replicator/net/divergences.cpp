#include "replicator/net/divergences.hpp"

#include <nlohmann/json.hpp>

namespace ringspan::replicator::net {

bool Divergences::note(const std::string& other, const std::string& context, std::uint64_t objects,
                       base::Time now) {
  const std::lock_guard lock(mutex_);
  const std::pair where(other, context);
  if (objects == 0) {
    found_.erase(where);
    return false;
  }
  const auto [at, is_new] = found_.try_emplace(where, Divergence{objects, now});
  const bool worse = is_new || objects > at->second.objects;
  at->second.objects = objects;
  return worse;
}

Json Divergences::to_json() const {
  const std::lock_guard lock(mutex_);
  Json list = Json::array();
  for (const auto& [where, divergence] : found_) {
    list.push_back({{"with", where.first},
                    {"naming_context", where.second},
                    {"objects", divergence.objects},
                    {"noticed", base::to_string(divergence.noticed)}});
  }
  return list;
}

}  // namespace ringspan::replicator::net
