#include "base/guid.hpp"

#include <algorithm>
#include <cstring>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

namespace ringspan::base {
namespace {

// The registry form prints the first three fields as numbers, so their bytes stand reversed in the
// wire form. `kTextOrder[i]` is the wire index of the i-th byte of the text.
constexpr std::array<std::size_t, 16> kTextOrder{3, 2, 1,  0,  5,  4,  7,  6,
                                                 8, 9, 10, 11, 12, 13, 14, 15};

bool dash_after(std::size_t index) {
  return index == 3 || index == 5 || index == 7 || index == 9;
}

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

Guid from_text_order(const std::uint8_t* text_order) {
  Guid guid;
  for (std::size_t i = 0; i < 16; ++i)
    guid.bytes[kTextOrder[i]] = text_order[i];
  return guid;
}

}  // namespace

std::string Guid::to_string() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    const auto byte = bytes[kTextOrder[i]];
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
    if (dash_after(i)) text += '-';
  }
  return text;
}

std::optional<Guid> Guid::parse(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, 36);
  }
  if (text.size() != 36) return std::nullopt;
  Guid guid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const auto high = hex_digit(text[at]);
    const auto low = hex_digit(text[at + 1]);
    if (!high || !low) return std::nullopt;
    guid.bytes[kTextOrder[i]] = static_cast<std::uint8_t>(*high << 4U | *low);
    at += 2;
    if (dash_after(i) && text[at++] != '-') return std::nullopt;
  }
  return guid;
}

Guid Guid::from_name(const Guid& space, std::string_view name) {
  boost::uuids::uuid space_uuid{};
  for (std::size_t i = 0; i < 16; ++i)
    space_uuid.data[i] = space.bytes[kTextOrder[i]];
  const boost::uuids::name_generator_sha1 generator(space_uuid);
  const boost::uuids::uuid made = generator(name.data(), name.size());
  return from_text_order(made.data);
}

Guid Guid::from_random(const std::array<std::uint8_t, 16>& chance) {
  auto text_order = chance;
  text_order[6] = static_cast<std::uint8_t>((text_order[6] & 0x0FU) | 0x40U);
  text_order[8] = static_cast<std::uint8_t>((text_order[8] & 0x3FU) | 0x80U);
  return from_text_order(text_order.data());
}

std::string Guid::to_bytes() const {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<Guid> Guid::from_bytes(std::string_view wire) {
  if (wire.size() != 16) return std::nullopt;
  Guid guid;
  std::memcpy(guid.bytes.data(), wire.data(), 16);
  return guid;
}

}  // namespace ringspan::base

std::size_t std::hash<ringspan::base::Guid>::operator()(
    const ringspan::base::Guid& guid) const noexcept {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, guid.bytes.data(), 8);
  std::memcpy(&low, guid.bytes.data() + 8, 8);
  return static_cast<std::size_t>(high ^ (low * 0x9E3779B97F4A7C15ULL));
}
