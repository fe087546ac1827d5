// Analysis and certificate say what brute force over all pairs and all losses says, over forests
// made by chance. The seed in a failure makes it again.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kcc/analyse.hpp"
#include "kcc/certify.hpp"
#include "kcc/longest_ways.hpp"
#include "kcc/losses.hpp"
#include "kcc/plan.hpp"
#include "kcc/replica_graph.hpp"
#include "kcc/sound.hpp"
#include "tests/unit/forests.hpp"
#include "tests/unit/judge.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::uint64_t kForests = 300;

using Adjacent = std::map<sites::ControllerId, std::set<sites::ControllerId>>;
using Hops = std::map<sites::ControllerId, std::size_t>;

Hops hops_from(sites::ControllerId start, const Adjacent& pulls) {
  Hops hops{{start, 0}};
  std::vector<sites::ControllerId> front{start};
  for (std::size_t next = 0; next < front.size(); ++next) {
    const auto found = pulls.find(front[next]);
    if (found == pulls.end()) continue;
    for (const auto to : found->second)
      if (hops.try_emplace(to, hops[front[next]] + 1).second) front.push_back(to);
  }
  return hops;
}

/// A topology that no plan has: connections by chance, one way as often as both.
Topology drawn(const sites::Forest& forest, base::Rng& rng) {
  std::map<std::pair<sites::ControllerId, sites::ControllerId>, Connection> drawn;
  const std::uint64_t count = rng.below(3 * forest.controllers.size());
  for (std::uint64_t at = 0; at < count; ++at) {
    Connection one;
    one.destination = rng.pick(forest.controllers).id;
    one.source = rng.pick(forest.controllers).id;
    if (one.destination == one.source) continue;
    one.standby = rng.chance(1, 3);
    for (const auto& context : forest.naming_contexts)
      if (rng.chance(3, 4)) one.naming_contexts.push_back(context.id);
    std::ranges::sort(one.naming_contexts);
    for (std::uint64_t links = rng.below(4); links > 0 && !forest.links.empty(); --links)
      one.path.push_back(rng.pick(forest.links).id);
    if (!one.naming_contexts.empty()) drawn[{one.destination, one.source}] = one;
  }
  Topology topology;
  for (const auto& [ends, one] : drawn)
    topology.connections.push_back(one);
  return topology;
}

template <typename Law>
void over_topologies(Law law) {
  for (std::uint64_t seed = 1; seed <= kForests && !testing::Test::HasFailure(); ++seed) {
    base::Rng rng(seed);
    const sites::Forest forest = sound_part(random_forest(rng));
    SCOPED_TRACE("seed " + std::to_string(seed));
    law(forest, plan(forest), rng);
    law(forest, drawn(forest, rng), rng);
  }
}

TEST(LossesLawTest, HopsAndUnreachedPairsAreThoseOfAllPairs) {
  std::size_t unreached = 0;
  std::size_t longest = 0;
  over_topologies([&](const sites::Forest& forest, const Topology& topology, base::Rng&) {
    for (const auto& result : analyse(forest, topology).naming_contexts) {
      const auto& context = *find_naming_context(forest, result.naming_context);
      Adjacent pulls;
      for (const auto& [source, destination] : planned_pulls(topology, context))
        pulls[source].insert(destination);
      kcc::Hops worst;
      std::size_t apart = 0;
      for (const auto& from : forest.controllers) {  // sorted: of equals the lowest ids
        if (replica_kind(from, context) != sites::ReplicaKind::writable) continue;
        const auto hops = hops_from(from.id, pulls);
        for (const auto& to : forest.controllers) {
          if (replica_kind(to, context) == sites::ReplicaKind::none) continue;
          const auto found = hops.find(to.id);
          if (found == hops.end()) ++apart;
          if (found == hops.end() || found->second <= worst.worst) continue;
          worst = {found->second, from.id, to.id};
        }
      }
      EXPECT_EQ(result.hops, worst) << context.dn;
      EXPECT_EQ(result.unreached, apart) << context.dn;
      unreached += apart;
      longest = std::max(longest, worst.worst);
    }
  });
  EXPECT_GT(unreached, 5'000U);
  EXPECT_GT(longest, 6U);
}

/// Some controllers and connections by chance, as sites and links take them together.
Fallen some(const ReplicaGraph& graph, const Topology& topology, base::Rng& rng) {
  std::set<std::size_t> controllers;
  std::set<std::size_t> connections;
  for (std::uint64_t left = rng.below(3); left > 0; --left)
    controllers.insert(rng.below(graph.size()));
  if (!topology.connections.empty()) {
    for (std::uint64_t left = rng.below(5); left > 0; --left)
      connections.insert(rng.below(topology.connections.size()));
  }
  return {{controllers.begin(), controllers.end()}, {connections.begin(), connections.end()}};
}

TEST(LossesLawTest, WhomALossCutsOffIsWhomAFloodFindsCutOff) {
  std::size_t apart = 0;
  std::size_t harmless = 0;
  over_topologies([&](const sites::Forest& forest, const Topology& topology, base::Rng& rng) {
    for (const auto& graph : replica_graphs(forest, topology, Planes::all).graphs) {
      Losses nearby(graph, topology);
      Losses plain(graph, topology);
      for (std::size_t tries = 0; tries < 20; ++tries) {
        const Fallen fallen = some(graph, topology, rng);
        const auto found = nearby.apart(fallen);
        EXPECT_EQ(found, plain.apart_by_flood(fallen));
        ++(found.empty() ? harmless : apart);
      }
    }
  });
  EXPECT_GT(apart, 1'000U);
  EXPECT_GT(harmless, 1'000U);
}

TEST(LossesLawTest, TheLongestWayAfterLossesIsThatOfAllPairs) {
  std::size_t longer = 0;
  over_topologies([&](const sites::Forest& forest, const Topology& topology, base::Rng& rng) {
    for (const auto& graph : replica_graphs(forest, topology, Planes::all).graphs) {
      LongestWays ways(graph, topology.connections.size());
      LongestWay found;
      LongestWay wanted;
      for (std::size_t tries = 0; tries < 10; ++tries) {
        const Fallen fallen = some(graph, topology, rng);
        Adjacent left;
        const auto stands = [](const std::vector<std::size_t>& gone, std::size_t at) {
          return !std::ranges::binary_search(gone, at);
        };
        for (std::size_t from = 0; from < graph.size(); ++from) {
          for (const auto& edge : graph.out[from]) {
            if (stands(fallen.controllers, from) && stands(fallen.controllers, edge.to) &&
                stands(fallen.connections, edge.over)) {
              left[forest.controllers[from].id].insert(forest.controllers[edge.to].id);
            }
          }
        }
        const std::size_t before = wanted.hops;
        for (std::size_t from = 0; from < graph.size(); ++from) {
          if (!graph.is_writable(from) || !stands(fallen.controllers, from)) continue;
          const auto hops = hops_from(forest.controllers[from].id, left);
          for (std::size_t to = 0; to < graph.size(); ++to) {
            const auto one = hops.find(forest.controllers[to].id);
            if (one != hops.end() && one->second > wanted.hops) wanted = {one->second, from, to};
          }
        }
        EXPECT_EQ(ways.lengthen(fallen, found), wanted.hops > before);
        EXPECT_EQ(found.hops, wanted.hops);
        EXPECT_EQ(found.from, wanted.from);
        EXPECT_EQ(found.to, wanted.to);
        longer += wanted.hops > before ? 1 : 0;
      }
    }
  });
  EXPECT_GT(longer, 500U);
}

}  // namespace
}  // namespace ringspan::kcc
