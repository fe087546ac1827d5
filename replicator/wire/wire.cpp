#include "replicator/wire/wire.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <zstd.h>

#include "base/contracts.hpp"
#include "replication.pb.h"
#include "replicator/wire/bounds.hpp"
#include "replicator/wire/form.hpp"

namespace ringspan::replicator::wire {
namespace {

constexpr std::string_view kMagic = "RSP1";
constexpr std::uint8_t kCompressed = 1;
constexpr std::size_t kWorthCompressing = 512;
constexpr int kLevel = 1;
constexpr int kDeepest = 32;

std::string header_of(bool compressed, std::size_t length) {
  std::string header(kMagic);
  header += static_cast<char>(compressed ? kCompressed : 0);
  header.append(3, '\0');
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    header += static_cast<char>(static_cast<std::uint8_t>(length >> (shift - 8)));
  }
  return header;
}

tl::unexpected<base::Error> damaged(std::string_view what) {
  return base::fail(base::Errc::damaged, fmt::format("frame: {}; closing the connection", what));
}

std::string compressed(std::string_view body) {
  std::string packed(ZSTD_compressBound(body.size()), '\0');
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), body.data(), body.size(), kLevel);
  ENSURES(!ZSTD_isError(size));
  packed.resize(size);
  return packed;
}

base::Result<std::string> unpacked(std::string_view body) {
  const auto size = ZSTD_getFrameContentSize(body.data(), body.size());
  if (size == ZSTD_CONTENTSIZE_ERROR) return damaged("not compressed as its flags say");
  if (size == ZSTD_CONTENTSIZE_UNKNOWN) return damaged("does not say its size after unpacking");
  if (size > kLongestUnpacked) {
    return damaged(
        fmt::format("{} bytes after unpacking are more than {}", size, kLongestUnpacked));
  }
  std::string plain(size, '\0');
  const std::size_t got = ZSTD_decompress(plain.data(), plain.size(), body.data(), body.size());
  if (ZSTD_isError(got) || got != size) return damaged("its compressed bytes make no sense");
  return plain;
}

base::Result<Message> read_envelope(std::string_view plain) {
  if (!within_bounds(plain)) return damaged("not a message, or one of too many parts");
  google::protobuf::Arena arena;
  auto* envelope = google::protobuf::Arena::CreateMessage<form::Envelope>(&arena);
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(plain.data()),
                                            static_cast<int>(plain.size()));
  in.SetRecursionLimit(kDeepest);
  if (!envelope->ParseFromCodedStream(&in) || !in.ConsumedEntireMessage()) {
    return damaged("not a message");
  }
  return read_form(*envelope);
}

}  // namespace

std::string encode(const Message& message, Compression compression) {
  google::protobuf::Arena arena;
  auto* envelope = google::protobuf::Arena::CreateMessage<form::Envelope>(&arena);
  write_form(message, *envelope);
  const std::size_t size = envelope->ByteSizeLong();
  EXPECTS(size <= kLongestUnpacked);
  const bool compress = compression == Compression::zstd && size >= kWorthCompressing;
  std::string body;
  body.resize(size);
  envelope->SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(body.data()));
  if (compress) body = compressed(body);
  EXPECTS(body.size() <= kLongestBody);
  return header_of(compress, body.size()) + body;
}

base::Result<FrameHeader> read_header(std::span<const char, kHeaderSize> bytes) {
  if (!std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    return damaged("does not begin with RSP1");
  }
  const auto flags = static_cast<std::uint8_t>(bytes[4]);
  if ((flags & ~kCompressed) != 0) return damaged(fmt::format("unknown flags {:#x}", flags));
  if (bytes[5] != 0 || bytes[6] != 0 || bytes[7] != 0) return damaged("reserved bytes are not 0");
  std::uint32_t length = 0;
  for (std::size_t i = 8; i < kHeaderSize; ++i) {
    length = length << 8U | static_cast<std::uint8_t>(bytes[i]);
  }
  if (length > kLongestBody) {
    return damaged(fmt::format("{} bytes are more than {}", length, kLongestBody));
  }
  return FrameHeader{.compressed = (flags & kCompressed) != 0, .length = length};
}

base::Result<Message> decode(const FrameHeader& header, std::string_view body) {
  if (body.size() != header.length) {
    return damaged(fmt::format("{} bytes instead of {}", body.size(), header.length));
  }
  if (!header.compressed) return read_envelope(body);
  const auto plain = unpacked(body);
  if (!plain) return base::fail(plain.error());
  return read_envelope(*plain);
}

}  // namespace ringspan::replicator::wire
