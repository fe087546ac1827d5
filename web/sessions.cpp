#include "web/sessions.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

std::string Sessions::add(std::deque<Secret>& secrets, std::size_t most, Who who,
                          base::Time expires) {
  if (secrets.size() >= most) secrets.pop_front();
  std::string secret = new_secret();
  secrets.push_back({hash_of(secret), std::move(who), expires});
  return secret;
}

std::string Sessions::make_code(Who who, base::Time now) {
  const std::lock_guard lock(mutex_);
  return add(codes_, kMostCodes, std::move(who), now + kCodeLife);
}

Sessions::Opened Sessions::open_locked(Who who, base::Time now) {
  std::erase_if(open_, [now](const Secret& old) { return old.expires <= now; });
  std::string secret = add(open_, kMost, who, now + kLife);
  return {std::move(secret), std::move(who)};
}

Sessions::Opened Sessions::open(Who who, base::Time now) {
  const std::lock_guard lock(mutex_);
  return open_locked(std::move(who), now);
}

std::optional<Sessions::Opened> Sessions::redeem(std::string_view code, base::Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = find(codes_, code);
  if (found == codes_.end()) return std::nullopt;
  const Secret redeemed = *found;
  codes_.erase(found);
  if (redeemed.expires <= now) return std::nullopt;
  return open_locked(redeemed.who, now);
}

std::optional<Who> Sessions::who_of(std::string_view secret, base::Time now) const {
  const std::lock_guard lock(mutex_);
  const auto found = find(open_, secret);
  if (found == open_.end() || found->expires <= now) return std::nullopt;
  return found->who;
}

void Sessions::end(std::string_view secret) {
  const std::lock_guard lock(mutex_);
  if (const auto found = find(open_, secret); found != open_.end()) open_.erase(found);
}

}  // namespace ringspan::web
