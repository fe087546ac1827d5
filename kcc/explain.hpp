#pragma once

// explain: why one controller pulls from another, or does not.
//
//     const Explanation why = explain(planned, nuuk_1, oslo_1);
//     why.connections.front().rule;     // and what else could have been, and what hangs on it

#include <optional>
#include <vector>

#include "kcc/compare.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// A way between two sites that links may be combined into.
struct SiteWay {
  sites::SiteId from;
  sites::SiteId to;
  sites::Cost cost;
  std::vector<sites::SiteLinkId> links;  ///< In order from `from` to `to`.
  friend bool operator==(const SiteWay&, const SiteWay&) = default;
};

struct Explanation {
  sites::ControllerId destination;
  sites::ControllerId source;
  std::vector<Connection> connections;  ///< Between the two: at most a primary and a standby.

  /// What they could exchange, connected or not. Empty: the source has nothing for the destination.
  std::vector<sites::NamingContextId> naming_contexts;

  /// The cheapest legal way between their sites. nullopt: one site, or no way.
  std::optional<SiteWay> direct;

  /// How changes of the source come to the destination now: primary connections, first to last, of
  /// the first of `naming_contexts`; the one between the two where it is there. Empty: not at all.
  std::vector<Connection> route;

  /// Of a connection of the site tree: the next best way that would have joined what it joins.
  std::optional<SiteWay> runner_up;

  /// Of a primary connection: who is cut off without it until a standby wakes, and with all
  /// standbys awake; by id.
  std::vector<sites::ControllerId> cut_off;
  std::vector<sites::ControllerId> cut_off_for_good;
};

/// Both controllers must be in the forest and differ.
Explanation explain(const Planned& planned, sites::ControllerId destination,
                    sites::ControllerId source);

}  // namespace ringspan::kcc
