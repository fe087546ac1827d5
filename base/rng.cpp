#include "base/rng.hpp"

#include <bit>

namespace ringspan::base {

Rng::Rng(std::uint64_t seed) {
  for (auto& word : state_) {  // SplitMix64
    seed += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    word = z ^ (z >> 31U);
  }
}

std::uint64_t Rng::next() {  // xoshiro256**
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Rng::below(std::uint64_t bound) {
  EXPECTS(bound != 0);
  const std::uint64_t uneven = (0 - bound) % bound;  // draws below this would favour small results
  for (;;) {
    const std::uint64_t draw = next();
    if (draw >= uneven) return draw % bound;
  }
}

Guid Rng::guid() {
  std::array<std::uint8_t, 16> chance{};
  for (std::size_t i = 0; i < 16; i += 8) {
    std::uint64_t word = next();
    for (std::size_t k = 0; k < 8; ++k, word >>= 8U) {
      chance[i + k] = static_cast<std::uint8_t>(word);
    }
  }
  return Guid::from_random(chance);
}

}  // namespace ringspan::base
