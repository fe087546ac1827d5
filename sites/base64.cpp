#include "sites/base64.hpp"

#include <cstddef>

#include <openssl/evp.h>

namespace ringspan::sites {
namespace {

/// The library counts in int: what is longer goes in pieces of whole groups.
constexpr std::size_t kGroups = 1U << 20U;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

/// How many '=' end the text. The library reads one anywhere as a zero, so the others are looked
/// for here; it also skips blanks at the ends, which belong to no value.
std::optional<std::size_t> padding_of(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const auto first = text.find('=');
  const std::size_t padding = first == std::string_view::npos ? 0 : text.size() - first;
  if (padding > 2 || (padding == 2 && text.back() != '=')) return std::nullopt;
  if (text.find_first_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
  return padding;
}

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  const auto padding = padding_of(text);
  if (!padding) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  std::size_t made = 0;
  for (std::size_t at = 0; at < text.size(); at += kGroups * 4) {
    const std::string_view piece = text.substr(at, kGroups * 4);
    const int size =
        EVP_DecodeBlock(bytes_of(bytes) + made, bytes_of(piece), static_cast<int>(piece.size()));
    if (size != static_cast<int>(piece.size() / 4 * 3)) return std::nullopt;
    made += static_cast<std::size_t>(size);
  }
  bytes.resize(made - *padding);
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += kGroups * 3) {
    const std::string_view piece = bytes.substr(at, kGroups * 3);
    std::string made((piece.size() + 2) / 3 * 4 + 1, '\0');  // the library ends it with a NUL
    const int size =
        EVP_EncodeBlock(bytes_of(made), bytes_of(piece), static_cast<int>(piece.size()));
    text.append(made, 0, static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace ringspan::sites
