#pragma once

// PoolWishes: what this controller wants of the rid owners, and when to ask for it.
//
//      wanted ──► asked at once, then after 1 s, doubling to a minute ──► it has come: no wish
//
// A wish that is repeated asks for the same pool (docs/roles.md, I3), so asking twice does no harm.

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "replicator/engine/ids.hpp"
#include "replicator/engine/pool_kind.hpp"

namespace ringspan::replicator {

/// Ask `owner` for this pool, then pull the domain from there.
struct PoolWish {
  NamingContextId domain;
  ControllerId owner;
  PoolKind kind = PoolKind::pool;
  std::uint64_t ordinal = 1;
  friend bool operator==(const PoolWish&, const PoolWish&) = default;
};

class PoolWishes {
 public:
  static constexpr base::Duration kShortestRest{std::chrono::seconds(1)};
  static constexpr base::Duration kLongestRest{std::chrono::seconds(60)};

  /// Wanted from now on; the same wish again changes nothing.
  void want(const PoolWish& wish, base::Time now);

  /// It has come, or can be had here.
  void end(NamingContextId domain, PoolKind kind) { wishes_.erase({domain, kind}); }

  /// Those whose time has come.
  std::vector<PoolWish> due(base::Time now);

  std::optional<base::Time> wake_at() const;

 private:
  struct Waiting {
    PoolWish wish;
    base::Time due{};
    base::Duration rest = kShortestRest;
  };
  std::map<std::pair<NamingContextId, PoolKind>, Waiting> wishes_;
};

}  // namespace ringspan::replicator
