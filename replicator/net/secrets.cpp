#include "replicator/net/secrets.hpp"

#include <fstream>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>
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

std::optional<std::string> sha256_of(const std::filesystem::path& path) {
  constexpr std::size_t kPart = 1U << 20U;
  std::ifstream file(path, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  bool well = file.is_open() && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::string part(kPart, '\0');
  while (well && file) {
    file.read(part.data(), static_cast<std::streamsize>(part.size()));
    well = !file.bad() && EVP_DigestUpdate(context.get(), part.data(),
                                           static_cast<std::size_t>(file.gcount())) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (!well || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) return std::nullopt;
  return to_hex({reinterpret_cast<const char*>(digest.data()), length});
}

bool equal_secrets(std::string_view ours, std::string_view theirs) {
  return ours.size() == theirs.size() &&
         CRYPTO_memcmp(ours.data(), theirs.data(), ours.size()) == 0;
}

}  // namespace ringspan::replicator::net
