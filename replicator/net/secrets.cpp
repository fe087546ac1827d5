#include "replicator/net/secrets.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/contracts.hpp"

namespace ringspan::replicator::net {

std::array<std::uint8_t, 16> random_bytes() {
  std::array<std::uint8_t, 16> bytes{};
  const int drawn = RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  ENSURES(drawn == 1);  // Linux always has chance to give; without it nothing here is safe
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    const auto number = static_cast<unsigned char>(byte);
    hex += kDigits[number >> 4U];
    hex += kDigits[number & 15U];
  }
  return hex;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  const std::string bytes(text);
  std::array<unsigned char, 1> none{};
  const auto* data =
      bytes.empty() ? none.data() : reinterpret_cast<const unsigned char*>(bytes.data());
  SHA256(data, bytes.size(), digest.data());
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool equal_secrets(std::string_view ours, std::string_view theirs) {
  return ours.size() == theirs.size() &&
         CRYPTO_memcmp(ours.data(), theirs.data(), ours.size()) == 0;
}

}  // namespace ringspan::replicator::net
