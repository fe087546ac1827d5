// The bound of hops: it holds, and what it costs beside the least tree.

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "kcc/analyse.hpp"
#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan {
namespace {

struct Known {
  std::string map;
  double most;  ///< Times the cost of the least tree.

  friend void PrintTo(const Known& known, std::ostream* out) { *out << known.map; }
};

class HopBoundOnMaps : public testing::TestWithParam<Known> {};

TEST_P(HopBoundOnMaps, EightHopsCostLittleMoreThanTheLeastTree) {
  const auto forest = map_forest("wan/zoo-" + GetParam().map, 2);
  const auto analysis = kcc::analyse(forest, kcc::plan(forest));
  for (const auto& context : analysis.naming_contexts) {
    EXPECT_EQ(context.unreached, 0U);
    EXPECT_LE(context.hops.worst, 8U);
    const double ratio =
        static_cast<double>(context.tree_cost) / static_cast<double>(context.least_cost);
    EXPECT_GE(ratio, 1.0);
    EXPECT_LE(ratio, GetParam().most);
  }
}

INSTANTIATE_TEST_SUITE_P(Maps, HopBoundOnMaps,
                         testing::Values(Known{"Abilene", 1.0}, Known{"Geant2012", 1.06},
                                         Known{"Interoute", 1.40}, Known{"AttMpls", 1.06},
                                         Known{"HurricaneElectric", 1.06}),
                         [](const auto& known) { return known.param.map; });

/// A long chain of sites with a few short cuts, which asks most of the bound. Every link open, all
/// bridged.
sites::Forest chain_forest(std::size_t sites, std::size_t most_controllers, base::Rng& rng) {
  std::string sites_json;
  std::string links;
  std::string controllers;
  std::size_t made = 0;
  const auto link = [&](std::size_t left, std::size_t right) {
    links += fmt::format(R"({}{{"name":"l{}","sites":["s{}","s{}"],"cost":{}}})",
                         links.empty() ? "" : ",", made++, left, right, 1 + rng.below(50));
  };
  for (std::size_t at = 0; at < sites; ++at) {
    sites_json += fmt::format(R"({}{{"name":"s{}"}})", at == 0 ? "" : ",", at);
    if (at > 0) link(at - 1, at);
    if (at > 2 && rng.chance(1, 8)) link(rng.below(at - 1), at);
    for (std::uint64_t more = 1 + rng.below(most_controllers); more > 0; --more) {
      controllers += fmt::format(
          R"({0}{{"name":"s{1}-{2}","site":"s{1}","read_only":{3},"domain":"dc=d{4}","global_catalog":{5}}})",
          controllers.empty() ? "" : ",", at, more, rng.chance(1, 8), rng.chance(1, 6) ? 1 : 0,
          rng.chance(1, 3));
    }
  }
  return sound_forest(fmt::format(
      R"({{"name":"chain","domains":[{{"dn":"dc=d0"}},{{"dn":"dc=d1"}}],"sites":[{}],"links":[{}],"controllers":[{}]}})",
      sites_json, links, controllers));
}

/// Worst hops of any naming context that no island parts.
void expect_bounded(sites::Forest forest, std::uint32_t bound) {
  forest.policy.max_hops = bound;
  const auto topology = kcc::plan(forest);
  const auto analysis = kcc::analyse(forest, topology);
  for (const auto& context : analysis.naming_contexts) {
    EXPECT_LE(context.hops.worst, bound)
        << sites::find_naming_context(forest, context.naming_context)->dn;
    EXPECT_GE(context.tree_cost, context.least_cost);
    const bool parted = std::ranges::any_of(topology.islands, [&](const auto& islands) {
      return islands.naming_context == context.naming_context;
    });
    EXPECT_TRUE(parted || context.unreached == 0);
  }
}

TEST(HopBoundLaw, HoldsInLongChainsWhereLinksAreBridged) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Rng rng(seed);
    const auto forest = chain_forest(2 + rng.below(40), 3, rng);
    for (const std::uint32_t bound : {3U, 4U, 6U, 8U, 13U})
      expect_bounded(forest, bound);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(HopBoundLaw, HoldsWhereSitesAreLarge) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Rng rng(seed);
    const auto forest = chain_forest(2 + rng.below(20), 12, rng);
    for (const std::uint32_t bound : {8U, 12U})
      expect_bounded(forest, bound);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(HopBoundLaw, HubsKeepItInAChainOfThreeHundredSites) {
  base::Rng rng(7);
  expect_bounded(chain_forest(300, 2, rng), 8);
}

TEST(HopBoundLaw, ASlackBoundChangesNothing) {
  base::Rng rng(7);
  auto forest = chain_forest(30, 3, rng);
  forest.policy.max_hops = 255;
  const auto wide = kcc::analyse(forest, kcc::plan(forest));
  for (const auto& context : wide.naming_contexts)
    EXPECT_EQ(context.tree_cost, context.least_cost);
}

}  // namespace
}  // namespace ringspan
