#pragma once

#include <compare>
#include <cstdint>

#include "base/time.hpp"
#include "replicator/engine/ids.hpp"

namespace ringspan::replicator {

/// What no version reaches; a replica that says otherwise lies.
inline constexpr std::uint64_t kGreatestVersion = std::uint64_t{1} << 62U;

/// Stamp: which write gave an attribute its value (MS-ADTS 3.1.1.1.9 AttributeStamp).
///
/// The order of two stamps is the order of the fields: version, hybrid time, originator; it settles
/// every attribute conflict (rule R4). The USN comes last and never decides: an originator writes
/// no attribute twice with one version.
struct Stamp {
  std::uint64_t version = 0;  ///< 1 for the first value, +1 with each write; see also fence.hpp.
  base::Time time{};          ///< Hybrid logical time of the write.
  InvocationId originator;
  Usn usn;  ///< The originator's USN of the write.

  friend constexpr auto operator<=>(const Stamp&, const Stamp&) = default;

  /// True if both stand for one write.
  bool same_write(const Stamp& other) const {
    return originator == other.originator && usn == other.usn;
  }
};

}  // namespace ringspan::replicator
