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

#include <compare>
#include <cstddef>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kcc/bridgeheads.hpp"
#include "kcc/replicas.hpp"
#include "kcc/site_graph.hpp"
#include "kcc/spanning.hpp"
#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// What one controller pulls of one group of naming contexts from another site.
struct SitePull {
  const ContextGroup* group = nullptr;
  sites::ControllerId destination;
  sites::ControllerId source;
  SitePath path;  ///< From the source's site to the destination's.
  Rule rule = Rule::site_tree;
};

/// The first plane of one group of naming contexts, as the second must know it.
class FirstPlane {
 public:
  FirstPlane(const ContextGroup& group, const std::vector<SitePull>& pulls);

  /// The colours for the second tree: what must not feed there loses the power to.
  std::vector<SiteColour> second_colours() const;

  /// Sites of second_colours() that hold a writable replica and only look like leaves.
  bool is_disguised(std::size_t site) const;

  /// What must cross from `source` to `destination` in the second plane, each end narrowed to those
  /// who do not fail together with the first plane, as far as there are such.
  std::vector<Demand> second_demands(bool forward, std::size_t source,
                                     std::size_t destination) const;

 private:
  using Ids = std::vector<sites::ControllerId>;

  void root_at(std::size_t start);
  std::size_t branch(std::size_t site, std::size_t towards) const;
  Ids narrowed(const Ids& candidates, std::size_t site, std::size_t towards) const;
  bool is_narrow(std::size_t site) const;

  const ContextGroup& group_;
  const std::vector<SiteReplicas>& replicas_;
  /// Who stands at the edge of its site towards a neighbour.
  struct End {
    std::size_t site = 0;
    std::size_t towards = 0;
    sites::ControllerId id;
    friend auto operator<=>(const End&, const End&) = default;
  };

  std::vector<End> ends_;                             // sorted
  std::vector<std::vector<std::size_t>> neighbours_;  // sorted, each once
  std::vector<std::size_t> parents_;
  std::unordered_set<sites::ControllerId> bridgeheads_;
};

/// A pair of sites, the lower one first, and a link that their pulls cross.
struct SiteCrossing {
  std::size_t link = 0;
  std::pair<std::size_t, std::size_t> sites;
  friend auto operator<=>(const SiteCrossing&, const SiteCrossing&) = default;
};
/// Of one plane; sorted, each once.
std::vector<SiteCrossing> crossings_of(const std::vector<SitePull>& pulls, bool second);

/// How much of the first plane hangs on each link that it crosses: the binary digits of the number
/// of pairs of sites. By place in the list of links.
using LinkLoads = std::map<std::size_t, std::uint32_t>;
LinkLoads loads_of(const std::vector<SiteCrossing>& crossings);

/// By link what it costs where each of these is dearer than all others that carry less: wherever
/// there is a way round, a tree leaves out the one that most hangs on.
std::vector<sites::Cost> avoiding(const sites::Forest& forest, const LinkLoads& loads);

}  // namespace ringspan::kcc
