#include "web/sessions.hpp"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/contracts.hpp"

namespace ringspan::web {
namespace {

std::string new_secret() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  ENSURES(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  std::string hex;
  for (const unsigned char byte : bytes) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

std::string hash_of(std::string_view secret) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  const std::string text(secret);
  SHA256(reinterpret_cast<const unsigned char*>(text.c_str()), text.size(), digest.data());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Looks at all of them, and takes the same time wherever two hashes differ.
template <typename Secrets>
auto find(Secrets& secrets, std::string_view secret) {
  const std::string hash = hash_of(secret);
  auto found = secrets.end();
  for (auto at = secrets.begin(); at != secrets.end(); ++at) {
    if (CRYPTO_memcmp(at->hash.data(), hash.data(), hash.size()) == 0) found = at;
  }
  return found;
}

}  // namespace

std::string Sessions::add(std::deque<Secret>& secrets, std::size_t most, Role role,
                          base::Time expires) {
  if (secrets.size() >= most) secrets.pop_front();
  std::string secret = new_secret();
  secrets.push_back({hash_of(secret), role, expires});
  return secret;
}

std::string Sessions::make_code(Role role, base::Time now) {
  const std::lock_guard lock(mutex_);
  return add(codes_, kMostCodes, role, now + kCodeLife);
}

std::optional<Sessions::Opened> Sessions::redeem(std::string_view code, base::Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = find(codes_, code);
  if (found == codes_.end()) return std::nullopt;
  const Secret redeemed = *found;
  codes_.erase(found);
  if (redeemed.expires <= now) return std::nullopt;
  std::erase_if(open_, [now](const Secret& old) { return old.expires <= now; });
  return Opened{add(open_, kMost, redeemed.role, now + kLife), redeemed.role};
}

std::optional<Role> Sessions::role_of(std::string_view token, base::Time now) const {
  const std::lock_guard lock(mutex_);
  const auto found = find(open_, token);
  if (found == open_.end() || found->expires <= now) return std::nullopt;
  return found->role;
}

void Sessions::end(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (const auto found = find(open_, token); found != open_.end()) open_.erase(found);
}

}  // namespace ringspan::web
