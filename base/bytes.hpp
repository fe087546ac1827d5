#pragma once

// ByteWriter and ByteReader: packed bytes, written and read in the same order.
//
//     ByteWriter out;                          ByteReader in(bytes);
//     out.varint(usn.value);                   Usn usn{in.varint()};
//     out.text(name);                          std::string_view name = in.text();
//     store(out.take());                       if (!in.ok() || !in.at_end()) return fail(...);
//
//   varint  7 bits a byte, the lowest first, the top bit says that more follow; at most 10 bytes
//   zigzag  a signed number as a varint: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
//   text    varint length + bytes
//
// A reader never reads past its bytes and never allocates. Its first failure stays: from then on it
// stands at the end and every read gives zero or nothing, so a decoder may look at ok() once.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ringspan::base {

class ByteWriter {
 public:
  explicit ByteWriter(std::size_t expected = 0) { bytes_.reserve(expected); }

  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void varint(std::uint64_t value);
  void zigzag(std::int64_t value);
  void raw(std::string_view bytes) { bytes_.append(bytes); }
  void text(std::string_view bytes);

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// The bytes must outlive the reader and whatever it hands out.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t byte();

  /// The shortest form only, so equal values have equal bytes.
  std::uint64_t varint();
  std::int64_t zigzag();
  std::string_view raw(std::size_t length);
  std::string_view text();

  /// A varint that counts what follows, each at least `least` bytes long (not 0); a count that the
  /// bytes left cannot hold is a failure, so it may be used to reserve memory.
  std::size_t count(std::size_t least);

  /// What was read makes no sense to the caller.
  void fail();

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::uint64_t long_varint();

  std::string_view rest_;
  bool ok_ = true;
};

inline std::uint8_t ByteReader::byte() {
  if (rest_.empty()) {
    fail();
    return 0;
  }
  const auto value = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return value;
}

inline std::uint64_t ByteReader::varint() {
  // Nearly every length, count and version is below 128.
  if (!rest_.empty() && static_cast<std::uint8_t>(rest_.front()) < 0x80) return byte();
  return long_varint();
}

inline std::string_view ByteReader::raw(std::size_t length) {
  if (length > rest_.size()) {
    fail();
    return {};
  }
  const auto bytes = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return bytes;
}

inline std::string_view ByteReader::text() {
  return raw(varint());
}

}  // namespace ringspan::base
