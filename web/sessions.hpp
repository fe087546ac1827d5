#pragma once

// Sessions: one-time codes and what they are exchanged for.
//
//     sessions.make_code(Role::reader, now)     // 32 hex digits, five minutes, once
//     sessions.redeem(code, now)                // a token for the cookie, twelve hours
//     sessions.role_of(token, now)
//
// Codes and tokens are 128 bits of the system's chance and are kept as hashes, in memory alone.

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "web/role.hpp"

namespace ringspan::web {

/// Any thread.
class Sessions {
 public:
  static constexpr std::chrono::minutes kCodeLife{5};
  static constexpr std::chrono::hours kLife{12};
  static constexpr std::size_t kMost = 1000;     ///< Sessions; the oldest makes room.
  static constexpr std::size_t kMostCodes = 64;  ///< Likewise.

  struct Opened {
    std::string token;  ///< 32 hex digits.
    Role role = Role::reader;
  };

  std::string make_code(Role role, base::Time now);

  /// Ends the code; nullopt if it is none that is open.
  std::optional<Opened> redeem(std::string_view code, base::Time now);

  /// nullopt if the token is none of an open session.
  std::optional<Role> role_of(std::string_view token, base::Time now) const;

  void end(std::string_view token);

 private:
  struct Secret {
    std::string hash;
    Role role = Role::reader;
    base::Time expires{};
  };

  std::string add(std::deque<Secret>& secrets, std::size_t most, Role role, base::Time expires);

  mutable std::mutex mutex_;
  std::deque<Secret> codes_;
  std::deque<Secret> open_;
};

}  // namespace ringspan::web
