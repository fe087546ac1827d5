#pragma once

// Forest: what the administrator says exists. A plain value without history; kcc turns it into a
// topology, `read_forest` (read_forest.hpp) makes it of forest.json.
//
// Everything refers by id. A forest that came from an administrator's file is sound (`read_forest`
// refuses any other); one that was merged from two edits may hold references to nothing, and every
// reader of this type must bear that (design: plan is total).

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "base/time.hpp"
#include "sites/ids.hpp"
#include "sites/schedule.hpp"
#include "sites/site_option.hpp"

namespace ringspan::sites {

/// The administrator's price of crossing a site link (MS-ADTS 6.1.1.2.2.3.1). Sums saturate.
using Cost = base::Strong<struct CostTag, std::uint32_t>;
Cost operator+(Cost left, Cost right);

/// Degrees, WGS 84; north and east are positive.
struct Coordinates {
  double latitude = 0;
  double longitude = 0;
  friend bool operator==(const Coordinates&, const Coordinates&) = default;
};

struct Site {
  SiteId id;
  std::string name;
  std::optional<Coordinates> coordinates;
  std::vector<std::string> subnets;  ///< CIDR, IPv4 or IPv6, in canonical text, sorted.
  std::set<SiteOption> options;
  friend bool operator==(const Site&, const Site&) = default;
};

/// A link of two or more sites: any member reaches any other at the cost, once.
struct SiteLink {
  SiteLinkId id;
  std::string name;
  std::vector<SiteId> sites;  ///< At least two, sorted, no repeats.
  Cost cost{100};
  base::Duration interval = std::chrono::minutes(15);  ///< Fallback poll where notices are on.
  Schedule schedule;
  bool notify = true;    ///< Changes are announced over this link; otherwise polled by interval.
  bool compress = true;  ///< Pages that cross it are compressed.
  friend bool operator==(const SiteLink&, const SiteLink&) = default;
};

/// Links that may be combined into paths where bridging of all links is off.
struct SiteLinkBridge {
  std::string name;
  std::vector<SiteLinkId> links;  ///< Sorted, no repeats.
  friend bool operator==(const SiteLinkBridge&, const SiteLinkBridge&) = default;
};

struct Controller {
  ControllerId id;
  std::string name;
  SiteId site;
  NamingContextId domain;  ///< The domain it holds in full.
  bool read_only = false;
  bool global_catalog = false;  ///< Holds partial replicas of the other domains.
  std::string address;          ///< "host:port" where it serves; may be empty in plans on paper.
  bool inbound = true;          ///< False: it is not to pull from anyone.
  bool outbound = true;         ///< False: no one is to pull from it.
  /// Its place in the mesh of a large site (kcc/slots.hpp), given when it joined. Without one it
  /// takes the lowest that is left, in the order of ids.
  std::optional<std::uint32_t> slot{};

  // Where a site has preferred bridgeheads for a naming context, no other controller of the site
  // carries that context to or from other sites.
  bool preferred_bridgehead = false;  ///< For everything that it holds.
  std::vector<NamingContextId>
      preferred_bridgehead_of;  ///< For these alone; sorted; empty if for everything.
  friend bool operator==(const Controller&, const Controller&) = default;
};

enum class NamingContextKind { configuration, schema, domain, application };

struct NamingContext {
  NamingContextId id;
  NamingContextKind kind = NamingContextKind::domain;
  std::string dn;  ///< "dc=corp,dc=example"
  std::vector<ControllerId>
      replicas;  ///< Application contexts only; sorted. Others follow by rule.
  friend bool operator==(const NamingContext&, const NamingContext&) = default;
};

/// A connection that an administrator made by hand: the planner neither changes nor removes it.
struct ManualConnection {
  std::string name;  ///< No two into one destination have one name, in any case of letters.
  ControllerId destination;
  ControllerId source;
  bool enabled = true;
  Schedule schedule;
  friend bool operator==(const ManualConnection&, const ManualConnection&) = default;
};

enum class TopologyPolicy { bounded, active_directory };

struct Policy {
  TopologyPolicy topology = TopologyPolicy::bounded;
  std::uint32_t max_hops = 8;
  std::uint32_t redundancy = 2;  ///< 1: a tree; 2: any single loss is survived.
  bool bridge_all_site_links = true;
  base::Duration tombstone_lifetime = std::chrono::days(180);
  bool recycle_bin = false;
  bool forward_writes = false;  ///< A read-only controller carries writes to a writable one.
  /// Where the etcd is asked that decides who owns a role; sorted, no repeats. Empty: no fence.
  std::vector<std::string> fence = {};
  friend bool operator==(const Policy&, const Policy&) = default;
};

struct Forest {
  ForestId id;
  std::string name;
  std::vector<Site> sites;  ///< Sorted by id, like every list here.
  std::vector<SiteLink> links;
  std::vector<SiteLinkBridge> bridges;  ///< Sorted by name.
  std::vector<Controller> controllers;
  std::vector<NamingContext> naming_contexts;  ///< Configuration, schema, domains, applications.
  std::vector<ManualConnection> connections;   ///< Sorted by destination, then name.
  NamingContextId root_domain;  ///< The first domain: the forest's other names hang on it.
  Policy policy;
  friend bool operator==(const Forest&, const Forest&) = default;
};

/// How much of a naming context a controller holds (MS-ADTS 6.2.2.1; active-directory A3).
enum class ReplicaKind { none, partial, read_only, writable };
ReplicaKind replica_kind(const Controller& controller, const NamingContext& context);

/// nullptr when there is none.
const Site* find_site(const Forest& forest, SiteId id);
const Controller* find_controller(const Forest& forest, ControllerId id);
const Controller* find_controller(const Forest& forest, std::string_view name);  ///< Any case.
const NamingContext* find_naming_context(const Forest& forest, NamingContextId id);

}  // namespace ringspan::sites
