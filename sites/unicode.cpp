#include "sites/unicode.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

#include <fmt/core.h>

namespace ringspan::sites {
namespace {

enum class ByteOrder { little, big };

/// Of UTF-16; nullopt if the text is none.
std::optional<ByteOrder> byte_order_of(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe")) return ByteOrder::little;
  if (bytes.starts_with("\xfe\xff")) return ByteOrder::big;
  if (bytes.size() < 2) return std::nullopt;
  if (bytes[0] != '\0' && bytes[1] == '\0') return ByteOrder::little;
  if (bytes[0] == '\0' && bytes[1] != '\0') return ByteOrder::big;
  return std::nullopt;
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto tail = [&](unsigned shift) {
    text += static_cast<char>(0x80U | ((point >> shift) & 0x3fU));
  };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xe0U | (point >> 12U));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xf0U | (point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

base::Result<std::string> from_utf16(std::string_view bytes, ByteOrder order) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(order == ByteOrder::little ? second << 8U | first
                                                                 : first << 8U | second);
  };
  const auto refuse = [](std::size_t at, std::string_view reason) {
    return base::fail(base::Errc::invalid,
                      fmt::format("byte {}: {}; the file is damaged or cut off: copy it again, or "
                                  "write it in UTF-8",
                                  at, reason));
  };
  std::string text;
  text.reserve(bytes.size() / 2);
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    if (at + 1 == bytes.size()) return refuse(at, "UTF-16 ends in the middle of a character");
    std::uint32_t point = unit(at);
    if (at == 0 && point == 0xfeff) continue;
    if (point >= 0xdc00 && point < 0xe000)
      return refuse(at, "UTF-16 has the second half of a pair");
    if (point >= 0xd800 && point < 0xdc00) {
      const bool whole = at + 3 < bytes.size() && unit(at + 2) >= 0xdc00 && unit(at + 2) < 0xe000;
      if (!whole) return refuse(at, "UTF-16 has the first half of a pair alone");
      point = 0x10000 + ((point - 0xd800) << 10U) + (unit(at + 2) - 0xdc00);
      at += 2;
    }
    append_utf8(text, point);
  }
  return text;
}

}  // namespace

base::Result<std::string> text_in_utf8(std::string_view bytes) {
  if (const auto order = byte_order_of(bytes)) return from_utf16(bytes, *order);
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  return std::string(bytes);
}

}  // namespace ringspan::sites
