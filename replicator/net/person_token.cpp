#include "replicator/net/person_token.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/guid.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::size_t kGuidSize = 36;
constexpr std::size_t kSecretSize = 32;
constexpr std::size_t kFingerprintSize = 64;
constexpr std::size_t kSize = kGuidSize + 1 + kSecretSize + 1 + kFingerprintSize;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace

std::string PersonToken::to_string() const {
  return fmt::format("{}.{}.{}", person.value.to_string(), secret, fingerprint);
}

base::Result<PersonToken> PersonToken::parse(std::string_view text) {
  text = trimmed(text);
  if (text.size() == kSize && text[kGuidSize] == '.' && text[kGuidSize + 1 + kSecretSize] == '.') {
    const auto person = base::Guid::parse(text.substr(0, kGuidSize));
    const auto secret = text.substr(kGuidSize + 1, kSecretSize);
    const auto fingerprint = text.substr(kGuidSize + 1 + kSecretSize + 1);
    if (person && is_hex(secret) && is_hex(fingerprint)) {
      return PersonToken{ObjectId(*person), std::string(secret), std::string(fingerprint)};
    }
  }
  return base::fail(base::Errc::invalid,
                    "the token is not one that ringspan token add has printed; check that it is "
                    "whole, or have an admin make another");
}

}  // namespace ringspan::replicator::net
