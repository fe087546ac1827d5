#pragma once

// Digests: what a replica holds of a naming context, in a few bytes for each range of GUIDs, so
// that two replicas are compared by what differs alone (rule R30).
//
//     auto ours = digests(*snapshot, context, selection, {""}, 3);   // 4,096 ranges, one pass
//     auto theirs = ...                                              // of the other replica
//     for (const std::string& range : differing(ours, theirs)) ...   // look closer, or at objects
//
// A range is the objects whose GUID begins, in its sixteen wire bytes, with these hexadecimal
// digits; 32 digits are one object. A range's digest covers the canonical bytes (canonical.hpp) of
// its objects and of the links that lead from them; it does not depend on their order.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "replicator/engine/selection.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

inline constexpr std::size_t kObjectDigits = 32;

struct RangeDigest {
  std::uint64_t objects = 0;
  base::Guid digest;  ///< Equal for equal contents; otherwise different but for one in 2^120.
  friend bool operator==(const RangeDigest&, const RangeDigest&) = default;
};

/// By the digits of the range; one without contents is left out.
using Digests = std::map<std::string, RangeDigest>;

/// Each of `ranges`, which are equally long, split by `more` digits (at most kObjectDigits in all).
/// One pass over the store.
Digests digests(const Snapshot& snapshot, NamingContextId context, const Selection& selection,
                const std::set<std::string>& ranges, std::size_t more);

/// The whole context in one: the digests of all its ranges together.
RangeDigest total(const Digests& digests);

/// Ranges of either that are not in the other with the same digest.
std::vector<std::string> differing(const Digests& ours, const Digests& theirs);

/// All 32 digits of an object, and back; nullopt for anything else.
std::string digits_of(ObjectId id);
std::optional<ObjectId> object_of(std::string_view digits);

}  // namespace ringspan::replicator
