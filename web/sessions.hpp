#pragma once

// Sessions: one-time codes and what they are exchanged for.
//
//     sessions.make_code(who, now)     // 32 hex digits, five minutes, once
//     sessions.redeem(code, now)       // a secret for the cookie, twelve hours
//     sessions.who_of(secret, now)
//
// Codes and secrets are 128 bits of the system's chance and are kept as hashes, in memory alone. A
// person's own token is kept with the session as it is: it is asked about at each request, and goes
// along with what is carried to other controllers.

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "web/node.hpp"

namespace ringspan::web {

/// Any thread.
class Sessions {
 public:
  static constexpr std::chrono::minutes kCodeLife{5};
  static constexpr std::chrono::hours kLife{12};
  static constexpr std::size_t kMost = 1000;     ///< Sessions; the oldest makes room.
  static constexpr std::size_t kMostCodes = 64;  ///< Likewise.

  struct Opened {
    std::string secret;  ///< 32 hex digits.
    Who who;
  };

  std::string make_code(Who who, base::Time now);

  /// Ends the code; nullopt if it is none that is open.
  std::optional<Opened> redeem(std::string_view code, base::Time now);

  /// A session without a code.
  Opened open(Who who, base::Time now);

  /// nullopt if the secret is none of an open session.
  std::optional<Who> who_of(std::string_view secret, base::Time now) const;

  void end(std::string_view secret);

 private:
  struct Secret {
    std::string hash;
    Who who;
    base::Time expires{};
  };

  std::string add(std::deque<Secret>& secrets, std::size_t most, Who who, base::Time expires);
  Opened open_locked(Who who, base::Time now);

  mutable std::mutex mutex_;
  std::deque<Secret> codes_;
  std::deque<Secret> open_;
};

}  // namespace ringspan::web
