#pragma once

// plan: forest in, topology out.

#include <cstdint>
#include <memory>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// By what plan() calculates. Raised with every change after which some forest gets another
/// topology, whatever the reason: two controllers that plan differently each leave out what the
/// other counts on, so status names them.
inline constexpr std::uint32_t kAlgorithmVersion = 2;

/// The topology of `forest`: from replicated facts only, no history, no local view, no chance.
/// Total: any forest gives a topology, whatever its references point to. Deterministic: equal
/// forests give equal topologies on every machine, in whatever order their parts were listed.
Topology plan(const sites::Forest& forest);

class Planner;

/// Plans forests that follow from one another: what a change does not touch is kept. Gives what
/// plan() gives, always.
///
///     Replanner replanner;
///     replanner.plan(forest);     // all of it
///     forest.links[7].cost = sites::Cost(50);
///     replanner.plan(forest);     // searches at the two ends, and what follows from them
class Replanner {
 public:
  Replanner();
  ~Replanner();
  Replanner(Replanner&&) noexcept;
  Replanner& operator=(Replanner&&) noexcept;

  /// Valid until the next call.
  const Topology& plan(const sites::Forest& forest);

 private:
  std::unique_ptr<Planner> planner_;
};

}  // namespace ringspan::kcc
