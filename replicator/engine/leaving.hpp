#pragma once

// Leaving: the naming contexts that a controller holds and that are no longer its own, and to whom
// it offers them meanwhile.
//
//      no longer its own ──► offered ──► a remaining replica holds all of it ──► forgotten
//                              ▲  │
//                              └──┘  to the next replica, after 1 s, doubling to a minute
//
// Whoever leaves asks, so that nobody else need remember it: after a restart it asks again, and one
// that never comes back keeps nobody waiting. An answer counts only if it was asked for since the
// context began to leave: of two that rely on each other one then still holds it
// (docs/decisions/2026-11-21-whoever-leaves-asks.md).

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "replicator/engine/ids.hpp"

namespace ringspan::replicator {

/// Ask `to` what it holds of the context, and have it pull from us what it lacks.
struct Offer {
  std::uint64_t id = 0;
  NamingContextId naming_context;
  ControllerId to;
  friend bool operator==(const Offer&, const Offer&) = default;
};

class Leaving {
 public:
  static constexpr base::Duration kShortestRest{std::chrono::seconds(1)};
  static constexpr base::Duration kLongestRest{std::chrono::seconds(60)};

  using Remaining = std::map<NamingContextId, std::vector<ControllerId>>;

  /// From now on these, to be offered to these; nobody: kept until there is somebody. Those that
  /// were leaving before go on where they were.
  void set(const Remaining& contexts, base::Time now);

  /// Offers whose time has come.
  std::vector<Offer> due(base::Time now);

  /// Was this offer made since the context began to leave?
  bool counts(std::uint64_t offer, NamingContextId context) const;

  /// It is forgotten.
  void end(NamingContextId context) { contexts_.erase(context); }

  std::optional<base::Time> wake_at() const;

 private:
  struct Context {
    std::vector<ControllerId> remaining;
    std::size_t next = 0;  // of them
    base::Time due{};
    base::Duration rest = kShortestRest;
    std::uint64_t first_offer = 0;  // that counts
  };
  std::map<NamingContextId, Context> contexts_;
  std::uint64_t last_offer_ = 0;
};

}  // namespace ringspan::replicator
