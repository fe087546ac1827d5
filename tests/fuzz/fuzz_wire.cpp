// Frames, whatever they are: an error or a message that reads back as itself.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/contracts.hpp"
#include "replicator/wire/wire.hpp"

using namespace ringspan::replicator::wire;

// Input: a flag (1: compressed), then the body. The header's own few rules are left to the unit
// tests, so that chance is not spent on them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const FrameHeader header{.compressed = (data[0] & 1U) != 0,
                           .length = static_cast<std::uint32_t>(body.size())};
  const auto message = decode(header, body);
  if (!message) return 0;
  const std::string frame = encode(*message, Compression::zstd);
  const auto again_header =
      read_header(std::span<const char, kHeaderSize>(frame.data(), kHeaderSize));
  EXPECTS(again_header.has_value());
  const auto again = decode(*again_header, std::string_view(frame).substr(kHeaderSize));
  EXPECTS(again.has_value() && *again == *message);
  return 0;
}
