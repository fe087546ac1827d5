#pragma once

// Topology: who pulls from whom. The result of plan(forest) (plan.hpp), shared by every controller
// that has the same forest.

#include <cstdint>
#include <string_view>
#include <vector>

#include "sites/forest.hpp"

namespace ringspan::kcc {

/// Why a connection exists.
enum class Rule {
  ring,         ///< Neighbour on the two-way ring of a site.
  mesh,         ///< Edge of the mesh of a site of 8 or more: three hops at most.
  site_tree,    ///< Edge of the least-cost tree between sites.
  second_tree,  ///< Standby: edge of a tree that avoids links and bridgeheads of the first.
  mending,      ///< Standby: joins what a single loss would tear from both trees.
  manual,       ///< An administrator made it by hand (standing.hpp).
  exported,     ///< The calculator of the directory that was exported made it (standing.hpp).
};
std::string_view to_string(Rule rule);

/// Whether the rule plans for a failure.
bool is_standby(Rule rule);

/// The fallback poll behind the notices inside a site.
inline constexpr base::Duration kInsideSiteInterval = std::chrono::minutes(15);

/// One direction: `destination` pulls from `source`.
struct Connection {
  sites::ControllerId destination;
  sites::ControllerId source;
  bool standby = false;  ///< Planned for the day a primary fails; exchanges vectors only till then.
  Rule rule = Rule::ring;
  std::vector<sites::NamingContextId> naming_contexts;  ///< What it carries; sorted, never empty.
  sites::Cost cost;                                     ///< Of the path; 0 inside a site.
  std::vector<sites::SiteLinkId> path;  ///< Site links crossed, from source to destination.
  /// Where a link of the path is lost and no other two could make up for it: paths without it.
  std::vector<std::vector<sites::SiteLinkId>> ways_round;
  base::Duration interval = kInsideSiteInterval;  ///< Greatest on the path: the fallback poll.
  sites::Schedule schedule;                       ///< When every link of the path is open.
  bool notify = true;                             ///< Every link of the path announces changes.
  bool compress = false;                          ///< Some link of the path wants compression.

  /// Order of a plan: destination, source, standby, then the rest; one entry per pair and kind.
  friend bool operator==(const Connection&, const Connection&) = default;
};

/// Whether the loss of the link takes the connection: no path of it leads round the link.
bool falls_with(const Connection& connection, sites::SiteLinkId link);

/// Replicas of a naming context that no legal way to bring changes joins, told apart as islands.
struct Islands {
  sites::NamingContextId naming_context;
  std::vector<std::vector<sites::SiteId>> islands;  ///< At least two, each sorted.
  friend bool operator==(const Islands&, const Islands&) = default;
};

struct Topology {
  std::vector<Connection> connections;  ///< Sorted by destination, source, standby.
  std::vector<Islands> islands;         ///< Empty when everyone is reached.
  friend bool operator==(const Topology&, const Topology&) = default;
};

}  // namespace ringspan::kcc
