#pragma once

// Divergences: with whom this controller does not hold the same, as the last comparison found it
// (rule R32). They are told with the status and forgotten by a comparison that finds nothing.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/time.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// Any thread.
class Divergences {
 public:
  /// What a comparison with `other` found in a naming context. True where that is news for the
  /// worse.
  bool note(const std::string& other, const std::string& context, std::uint64_t objects,
            base::Time now);

  /// [{"with": "nuuk-1", "naming_context": DN, "objects": 1, "noticed": T}]
  Json to_json() const;

 private:
  struct Divergence {
    std::uint64_t objects = 0;
    base::Time noticed{};
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Divergence> found_;
};

}  // namespace ringspan::replicator::net
