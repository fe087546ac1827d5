#pragma once

// The hop bound inside the sites. A change that crosses a site takes a hop for each edge of the
// tree, and more where it comes in at one bridgehead and goes out by another:
//
//        parent          parent
//           │               │          One bridgehead for both (the spine) saves the hops between.
//        ┌──B1──┐        ┌──B1 B2──┐   Where the bound leaves hops to spare, every pair of sites
//        │      │        │      │  │   picks for itself, and load spreads.
//        └──│───┘        └──────│──┘
//         child               child
//
// At the far ends, where even the hop from the spine to its neighbours is one too many, further
// controllers pull from the parent's spine themselves, and are pulled from.

#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "kcc/bridgeheads.hpp"
#include "kcc/replicas.hpp"
#include "kcc/rooted.hpp"
#include "kcc/spanning.hpp"

namespace ringspan::kcc {

class HopBudget {
 public:
  /// `bound` hops may lie between a writable replica and any other. Where they might be more, half
  /// of them may lie between the spine of the tree's root and any replica, either way; which edges
  /// have hops to spare is decided from the root outwards. Sites that are deeper in `tree` than
  /// that get what brings them nearest to it.
  HopBudget(const sites::Forest& forest, const SiteTree& tree, const ContextGroup& group,
            std::size_t bound);

  /// What must cross between neighbours in the tree, as kcc::demands() says, by those who may.
  std::vector<Demand> demands(bool forward, std::size_t source, std::size_t destination) const;

 private:
  using Ids = std::vector<sites::ControllerId>;

  struct Measures;
  Measures measure(const RootedPart& part) const;
  void spend(const RootedPart& part);
  Ids narrowed(const Ids& candidates, std::size_t site, std::size_t towards) const;

  const ContextGroup& group_;
  const std::vector<SiteReplicas>& replicas_;
  Rooted rooted_;
  std::size_t bound_;
  std::vector<sites::ControllerId> spines_;
  std::set<std::pair<std::size_t, std::size_t>> tight_;  // site, and towards which neighbour
  std::map<std::size_t, Ids> further_;                   // besides the spine, towards the parent
};

}  // namespace ringspan::kcc
