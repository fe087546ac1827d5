#pragma once

// Identifiers: whole numbers that nobody in a domain is given twice (docs/roles.md, I1 to I10, F9).
//
//   dc=corp,dc=example
//     cn=identifiers
//       cn=pool <taker> 3 <counter> <owner>     behind a fence also <revision>: a range, written by
//       the rid owner, never changed cn=taker <invocation id>                what one controller
//       has of its ranges, and issued
//
//     const auto me = find_taker(*snapshot, domain, identity.invocation);
//     if (me && me->pools.count() >= 10) ...
//
// A pool is an object, as an epoch is: its GUID follows from its name, so a request that is
// repeated finds what it was given (docs/decisions/2026-11-22-a-pool-is-an-object.md). A taker's
// object is written by that taker alone.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/engine/ownership.hpp"
#include "replicator/engine/pool_kind.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

class Writer;

inline constexpr std::uint64_t kFirstIdentifier = 1'000;  ///< Those below are for a domain's own.
inline constexpr std::uint64_t kIdentifierSpace = 1U << 30U;  ///< No identifier reaches this.
inline constexpr std::uint64_t kPoolSize = 500;
inline constexpr std::uint64_t kReserveSize = 10'000;
inline constexpr std::uint64_t kGapSize = 1'000'000;
inline constexpr std::uint64_t kMostAtOnce = 10'000;  ///< Of one request.
inline constexpr std::size_t kAnswersKept = 128;

/// From first to last, both included.
struct NumberRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t count() const { return last - first + 1; }
  friend auto operator<=>(const NumberRange&, const NumberRange&) = default;
};
using NumberRanges = std::vector<NumberRange>;

std::uint64_t count_of(const NumberRanges& ranges);

/// "1000-1499"; a single number alone. And back; nullopt where it makes no sense.
std::string to_string(const NumberRange& range);
std::optional<NumberRange> parse_range(std::string_view text);

/// Whose a pool is, which of that one's it is, and by whose word: a pool's name.
struct PoolKey {
  PoolKind kind = PoolKind::pool;
  InvocationId taker;
  std::uint64_t ordinal = 1;  ///< Of this kind and taker.
  Epoch epoch;                ///< Of the rid ownership that it was written under.
  friend auto operator<=>(const PoolKey&, const PoolKey&) = default;
};

struct Pool {
  PoolKey key;
  ControllerId controller;  ///< The taker.
  NumberRange numbers;
  base::Time when{};
  friend bool operator==(const Pool&, const Pool&) = default;
};

/// What is left of the ranges of one kind.
struct Stock {
  std::uint64_t ordinal = 0;  ///< Of the last pool that was taken in; one that comes after a later
  Epoch epoch;                ///< one, by ordinal and epoch, is not taken in any more.
  NumberRanges left;          ///< Ascending.
  std::uint64_t count() const { return count_of(left); }
  friend bool operator==(const Stock&, const Stock&) = default;
};

/// What was issued for one request.
struct Issued {
  std::string request;
  NumberRanges numbers;
  friend bool operator==(const Issued&, const Issued&) = default;
};

/// One controller in one life of its database.
struct Taker {
  InvocationId invocation;
  ControllerId controller;
  std::vector<InvocationId> former;  ///< Of this controller, before its database was put back.
  /// The epochs of the rid role that it has heard of, ascending; who holds this holds whatever it
  /// wrote under an epoch before the greatest (rule I6).
  std::vector<Epoch> knows;
  std::optional<Epoch> settled;  ///< Its own, since nobody else can hand out numbers any more.
  Stock pools;
  Stock reserve;
  std::vector<Issued> answers;  ///< The last ones, oldest first.
  std::string alone;            ///< When and by whom it was last made to issue unconfirmed.
  friend bool operator==(const Taker&, const Taker&) = default;
};

/// True for a pool, a taker and the object that holds them.
bool is_of_identifiers(const Object& object);

std::optional<Pool> find_pool(const Snapshot& snapshot, NamingContextId domain, const PoolKey& key);
std::optional<Taker> find_taker(const Snapshot& snapshot, NamingContextId domain,
                                InvocationId invocation);

/// All that are known here, in the order of names.
std::vector<Pool> pools_of(const Snapshot& snapshot, NamingContextId domain);
std::vector<Taker> takers_of(const Snapshot& snapshot, NamingContextId domain);

/// The first number past every range that is known here.
std::uint64_t next_unallotted(const Snapshot& snapshot, NamingContextId domain);

/// The greatest revision under which a range that is known here was set aside; 0: none was.
Revision last_counted(const Snapshot& snapshot, NamingContextId domain);

/// How many tenths of the space lie before `next`.
std::uint64_t tenths_used(std::uint64_t next);

/// What this request was given, in this life or a former one; nullopt: nothing that is still known.
std::optional<NumberRanges> answer_to(const Snapshot& snapshot, NamingContextId domain,
                                      const Taker& taker, std::string_view request);

ObjectId pool_id(NamingContextId domain, const PoolKey& key);
ObjectId taker_id(NamingContextId domain, InvocationId invocation);

/// Both write cn=identifiers where it is not there; Errc::exists if another object has its name.
/// Of a taker what is new is written, and nothing if nothing is.
base::Result<void> write_pool(Writer& writer, NamingContextId domain, const Pool& pool);
base::Result<void> write_taker(Writer& writer, NamingContextId domain, const Taker& taker);

/// To be told of every object that is stored, whoever wrote it: true for one of identifiers.
bool heed_identifiers(Transaction& store, const Object& object);

}  // namespace ringspan::replicator
