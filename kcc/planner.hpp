#pragma once

// Planner: how plan() (plan.hpp) works, stage by stage. Each stage says what it depends on and
// keeps what it made; it runs again only when that has changed.
//
//     replicas ──▶ first tree ──▶ first bridgeheads ─┐
//     network ───▶    │                              ├─▶ loads ──▶ second tree ──▶ second
//                     └──────── ways ────────────────┘             bridgeheads ──▶ mending
//
// Bridgeheads follow from the shape of a tree, not from the ways that its edges take: a cost that
// changes no edge changes no bridgehead.

#include <compare>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "kcc/mend.hpp"
#include "kcc/path_memory.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/site_pairs.hpp"
#include "kcc/spanning.hpp"
#include "kcc/standby.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// One direction and kind of connection between two controllers.
struct Ends {
  sites::ControllerId destination;
  sites::ControllerId source;
  bool standby = false;
  friend auto operator<=>(const Ends&, const Ends&) = default;
};

struct HashOfEnds {
  std::size_t operator()(const Ends& ends) const noexcept {
    const std::hash<base::Guid> hash;
    return hash(ends.destination.value) * 31 + hash(ends.source.value) * 2 + ends.standby;
  }
};

using ConnectionsByEnds = std::unordered_map<Ends, Connection, HashOfEnds>;

class Planner {
 public:
  Planner() = default;
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;

  const Topology& plan(const sites::Forest& forest);

 private:
  /// A tree, for all groups whose replicas colour the sites so.
  struct Tree {
    std::vector<SiteColour> colours;
    PathMemory memory;
    SiteTree tree;

    bool grown = false;
    bool reshaped = false;  ///< The last growth took other edges than the one before.

    // Of a second tree, which grows at other prices:
    LinkLoads loads;
    std::vector<sites::Cost> costs;      ///< By link.
    std::unique_ptr<SiteGraph> detours;  ///< At these prices.

    void keep(SiteTree grown);
    void renumber(const std::vector<std::size_t>& places, std::size_t links);
  };

  /// One plane of connections between sites.
  struct Plane {
    Rule rule = Rule::site_tree;
    std::vector<Tree> trees;
    std::vector<std::size_t> tree_of;  ///< By group.
    SitePairs pairs;
    std::vector<std::vector<SitePull>> pulls;  ///< By group.
  };

  /// How a forest differs from the one before it. The first differs in everything.
  struct Changes {
    bool replicas = true;
    bool links = true;
    bool network = true;          ///< Links came or went, join others, or open for the first time.
    bool wishes = true;           ///< Connections that administrators make by hand.
    std::vector<bool> touched{};  ///< By site: a link there is not what it was.
  };

  Changes take(sites::Forest forest);
  Changes take_links(const sites::Forest& forest);

  // Each says whether what it made is not what it was.
  bool plan_first(const Changes& changes);
  bool plan_second(const Changes& changes, bool anew);
  void grow_second(const Changes& changes, Tree& tree);
  bool pull(Plane& plane);
  bool is_primary(const SitePull& pull) const;
  void mend_all(const Changes& changes, bool anew);

  void assemble(const Changes& changes);
  std::vector<Connection> inside_the_sites(const Changes& changes);
  void carry(const SitePull& pull, ConnectionsByEnds& made) const;
  void lead_round(const WayRound& way, ConnectionsByEnds& made) const;
  void add_manual();
  void note_islands(const ContextGroup& group, const SiteTree& tree);

  bool is_bounded() const { return forest_.policy.topology == sites::TopologyPolicy::bounded; }
  bool has_second() const { return forest_.policy.redundancy > 1 && is_bounded(); }
  std::size_t bound() const;

  sites::Forest forest_;  // sound
  std::optional<SiteGraph> graph_;
  std::vector<ContextGroup> groups_;
  std::vector<std::vector<Ends>> primary_;  // who pulls in the first plane; by group, sorted
  Plane first_{.rule = Rule::site_tree};
  Plane second_{.rule = Rule::second_tree};
  std::vector<Mending> mending_;  // by group
  Topology topology_;
};

}  // namespace ringspan::kcc
