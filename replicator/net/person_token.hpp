#pragma once

// PersonToken: what a person shows instead of a certificate (docs/trust.md), one line.
//
//     8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 . 32 hex digits . 64 hex digits
//     the person's object in the directory   the secret      the authority's fingerprint
//
// The object tells a controller where to look, the fingerprint tells a program whom to trust: the
// secret is sent to nobody before the other end has proved that it belongs to that authority.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "replicator/engine/ids.hpp"

namespace ringspan::replicator::net {

struct PersonToken {
  ObjectId person;
  std::string secret;       ///< 128 random bits, hex.
  std::string fingerprint;  ///< SHA-256 of the authority's certificate, hex.

  std::string to_string() const;

  /// Blanks and a line's end around it do not matter. Errc::invalid for any other form; the message
  /// does not repeat the text.
  static base::Result<PersonToken> parse(std::string_view text);
  friend bool operator==(const PersonToken&, const PersonToken&) = default;
};

}  // namespace ringspan::replicator::net
