#pragma once

#include <cstdint>

#include "base/guid.hpp"

namespace ringspan::tests {

/// The id whose first byte is this, and all others zero.
template <typename Id>
Id id(std::uint8_t number) {
  base::Guid guid;
  guid.bytes[0] = number;
  return Id(guid);
}

}  // namespace ringspan::tests
