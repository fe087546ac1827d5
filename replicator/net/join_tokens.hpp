#pragma once

// JoinToken: what lets one new controller in, once.
//
//   127.0.0.1:4001/nuuk-1/nuuk/<SHA-256 of the authority's certificate>/<128 random bits>
//   where          who    site  whom to trust                            the secret
//
// Names are percent-encoded. The secret is kept hashed, for one controller name and site; it lives
// 30 minutes, is redeemable once and only where it was made, and five wrong tries end it.

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ringspan::replicator::net {

struct JoinToken {
  std::string address;
  std::string controller;
  std::string site;
  std::string fingerprint;  ///< 64 hex digits.
  std::string secret;       ///< 32 hex digits.

  static base::Result<JoinToken> parse(std::string_view text);
  std::string to_string() const;

  friend bool operator==(const JoinToken&, const JoinToken&) = default;
};

struct Invitation {
  std::string controller;
  std::string site;
  std::string secret_hash;  ///< SHA-256, hex.
  base::Time expires{};
  std::uint32_t wrong_tries = 0;
  friend bool operator==(const Invitation&, const Invitation&) = default;
};

/// The invitations of one controller, kept in its folder. Any thread.
class JoinTokens {
 public:
  static constexpr std::chrono::minutes kLife{30};
  static constexpr std::uint32_t kTries = 5;

  explicit JoinTokens(std::filesystem::path file) : file_(std::move(file)) {}

  /// A new secret (32 hex digits) for `controller`; one given out before for it is void then.
  base::Result<std::string> invite(const std::string& controller, const std::string& site,
                                   base::Time now);

  /// Ends the invitation and has it durable before it says yes. Errc::refused with a reason that
  /// tells no more than the asker knows.
  base::Result<void> redeem(std::string_view secret, const std::string& controller,
                            const std::string& site, base::Time now);

 private:
  base::Result<std::vector<Invitation>> load() const;
  base::Result<void> save(const std::vector<Invitation>& open) const;

  std::filesystem::path file_;
  std::mutex one_at_a_time_;
};

}  // namespace ringspan::replicator::net
