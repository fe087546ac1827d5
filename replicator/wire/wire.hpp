#pragma once

// Wire: messages as framed bytes, and back. Pure functions; sockets are somebody else's.
//
//     std::string frame = encode(page, Compression::zstd);
//
//     auto header = read_header(first_twelve_bytes);        // says how long the body is
//     if (header) auto message = decode(*header, body);     // checked through and through
//
// One frame:
//
//      0        4       5           8            12
//      ┌────────┬───────┬───────────┬────────────┬───────────────────────────┐
//      │ "RSP1" │ flags │ 0   0   0 │ body length│ body                      │
//      └────────┴───────┴───────────┴────────────┴───────────────────────────┘
//                 bit 0: the body    big endian   one Envelope of replication.proto,
//                 is a zstd frame                 compressed or not
//
// Whoever sends, nothing is believed: a length is checked before memory is taken for it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "replicator/engine/messages.hpp"

namespace ringspan::replicator::wire {

inline constexpr std::size_t kHeaderSize = 12;
inline constexpr std::size_t kLongestBody = 16U << 20U;      ///< On the wire.
inline constexpr std::size_t kLongestUnpacked = 64U << 20U;  ///< After decompression.
inline constexpr std::size_t kLongestName = 255;  ///< Of a controller, a site, an attribute.

/// The first words on a connection, both ways.
struct Hello {
  std::uint32_t lowest_version = 0;
  std::uint32_t highest_version = 0;
  ControllerId controller;
  InvocationId invocation;
  std::string name;
  base::Time time{};
  friend bool operator==(const Hello&, const Hello&) = default;
};

/// A request of docs/admin-requests.md; `hops` counts who may still carry it on.
struct Ask {
  std::uint64_t id = 0;
  std::string json;
  std::uint32_t hops = 0;
  friend bool operator==(const Ask&, const Ask&) = default;
};

struct Answer {
  std::uint64_t id = 0;
  std::string json;
  friend bool operator==(const Answer&, const Answer&) = default;
};

struct JoinRequest {
  std::string secret;
  std::string controller;
  std::string site;
  std::string signing_request;
  friend bool operator==(const JoinRequest&, const JoinRequest&) = default;
};

struct JoinAnswer {
  std::string certificate;
  std::string authority;
  std::string forest;
  std::string error;  ///< Empty: welcome.
  friend bool operator==(const JoinAnswer&, const JoinAnswer&) = default;
};

struct Ping {
  std::uint64_t id = 0;
  friend bool operator==(const Ping&, const Ping&) = default;
};

struct Pong {
  std::uint64_t id = 0;
  friend bool operator==(const Pong&, const Pong&) = default;
};

using Message = std::variant<Hello, GetChanges, Page, Refusal, Notice, Ask, Answer, JoinRequest,
                             JoinAnswer, Ping, Pong>;

enum class Compression { none, zstd };

/// The whole frame. Bodies of less than 512 bytes are not compressed whatever is asked. The caller
/// owes a message that fits: at most kLongestUnpacked before and kLongestBody after compression.
std::string encode(const Message& message, Compression compression);

struct FrameHeader {
  bool compressed = false;
  std::uint32_t length = 0;  ///< Of the body; at most kLongestBody.
  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

/// Errc::damaged for anything that is not the start of a frame that we would read.
base::Result<FrameHeader> read_header(std::span<const char, kHeaderSize> bytes);

/// The message, with all that its type promises (orders, lengths, names); Errc::damaged otherwise.
/// Never throws and never breaks, whatever the bytes.
base::Result<Message> decode(const FrameHeader& header, std::string_view body);

}  // namespace ringspan::replicator::wire
