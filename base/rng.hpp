#pragma once

// Rng: chance that repeats. The same seed draws the same numbers on every machine (xoshiro256**,
// seeded by SplitMix64); probabilities are integer ratios, no floating point.
//
//     Rng rng(seed);
//     if (rng.chance(1, 20)) drop(packet);

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/contracts.hpp"
#include "base/guid.hpp"

namespace ringspan::base {

class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  std::uint64_t next();

  /// Even over [0, bound); bound must not be 0.
  std::uint64_t below(std::uint64_t bound);

  /// True in `part` of `whole` draws.
  bool chance(std::uint64_t part, std::uint64_t whole) { return below(whole) < part; }

  template <typename T>
  const T& pick(const std::vector<T>& from) {
    EXPECTS(!from.empty());
    return from[below(from.size())];
  }

  Guid guid();

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace ringspan::base
