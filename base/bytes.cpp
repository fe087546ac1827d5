#include "base/bytes.hpp"

#include "base/contracts.hpp"

namespace ringspan::base {

void ByteWriter::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U)
    byte(static_cast<std::uint8_t>(value | 0x80U));
  byte(static_cast<std::uint8_t>(value));
}

void ByteWriter::zigzag(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  varint((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void ByteWriter::text(std::string_view bytes) {
  varint(bytes.size());
  raw(bytes);
}

std::uint64_t ByteReader::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t part = byte();
    value |= (part & 0x7FU) << shift;
    if (part >= 0x80) continue;
    const bool shortest = part != 0;  // a varint of one byte does not come here
    const bool fits = shift < 63 || part == 1;
    if (!shortest || !fits) break;
    return value;
  }
  fail();
  return 0;
}

std::int64_t ByteReader::zigzag() {
  const std::uint64_t bits = varint();
  return static_cast<std::int64_t>((bits >> 1U) ^ (bits & 1U ? ~std::uint64_t{0} : 0));
}

std::size_t ByteReader::count(std::size_t least) {
  EXPECTS(least != 0);
  const std::uint64_t count = varint();
  if (count > rest_.size() / least) {
    fail();
    return 0;
  }
  return count;
}

void ByteReader::fail() {
  ok_ = false;
  rest_ = {};
}

}  // namespace ringspan::base
