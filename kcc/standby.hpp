#pragma once

// The second plane: standby connections between sites, planned for the day that something fails.
//
//     site A    A1 ═══════════ B1    site B        ═══ first plane: the least tree, primary
//               A2 ─ ─ ─ ─ ─ ─ B2                  ─ ─ second plane: another tree, standby
//                 ╲ ─ ─ site C ╱
//
// It is a least tree over links that the first does not use, wherever the network has others. At
// each end it stands on another controller than the branch of the first tree that it leads to:
// whoever fails, each branch that it carried still has the second tree to the rest. A site with a
// single feeding replica inside the first tree is a leaf of the second. Three connections a site
// inside and between: about three inbound ones a controller in sites of two.
//
// Where the network is so narrow that this leaves a gap, mend() (mend.hpp) closes it.

#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "kcc/bridgeheads.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/spanning.hpp"
#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// What one controller pulls of one naming context from another site.
struct SitePull {
  sites::NamingContextId naming_context;
  sites::ControllerId destination;
  sites::ControllerId source;
  SitePath path;  ///< From the source's site to the destination's.
  Rule rule = Rule::site_tree;
  friend bool operator==(const SitePull&, const SitePull&) = default;
};

/// The first plane of one naming context, as the second must know it.
class FirstPlane {
 public:
  /// `replicas` has an entry for each vertex.
  FirstPlane(const std::vector<SitePull>& pulls, const std::vector<SiteReplicas>& replicas);

  /// The colours for the second tree: what must not feed there loses the power to.
  std::vector<SiteColour> second_colours() const;

  /// Sites of second_colours() that hold a writable replica and only look like leaves.
  bool is_disguised(std::size_t site) const;

  /// What must cross from `source` to `destination` in the second plane, each end narrowed to those
  /// who do not fail together with the first plane, as far as there are such.
  std::vector<Demand> second_demands(sites::NamingContextId context, bool forward,
                                     std::size_t source, std::size_t destination) const;

 private:
  using Ids = std::vector<sites::ControllerId>;

  void root_at(std::size_t start);
  std::size_t branch(std::size_t site, std::size_t towards) const;
  Ids narrowed(const Ids& candidates, std::size_t site, std::size_t towards) const;
  bool is_narrow(std::size_t site) const;

  const std::vector<SiteReplicas>& replicas_;
  std::vector<std::set<std::size_t>> neighbours_;
  std::vector<std::size_t> parents_;
  /// By site and neighbour: who of the site stands at that edge.
  std::map<std::pair<std::size_t, std::size_t>, std::set<sites::ControllerId>> ends_;
  std::set<sites::ControllerId> bridgeheads_;
};

/// The places in the list of links that `pulls` cross.
std::set<std::size_t> links_of(const std::vector<SitePull>& pulls);

/// How much of the first plane hangs on each link that it crosses: the binary digits of the number
/// of pairs of sites. By place in the list of links.
using LinkLoads = std::map<std::size_t, std::uint32_t>;
LinkLoads loads_of(const std::vector<SitePull>& pulls);

/// `forest` with each of these links dearer than all others that carry less: wherever there is a
/// way round, a tree leaves out the one that most hangs on.
sites::Forest avoiding(sites::Forest forest, const LinkLoads& loads);

}  // namespace ringspan::kcc
