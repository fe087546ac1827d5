// Replanner gives what plan() gives, whatever changed since it was last asked. The seed in a
// failure makes the changes again.

#include <algorithm>
#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan {
namespace {

template <typename Part>
Part& any_of(std::vector<Part>& parts, base::Rng& rng) {
  return parts[rng.below(parts.size())];
}

void change_link(sites::Forest& forest, base::Rng& rng) {
  if (forest.links.empty()) return;
  sites::SiteLink& link = any_of(forest.links, rng);
  switch (rng.below(6)) {
    case 0:
      link.interval = std::chrono::minutes(15 * (1 + rng.below(8)));
      break;
    case 1:
      link.schedule = any_of(forest.links, rng).schedule;
      break;
    case 2:
      link.notify = !link.notify;
      break;
    default:
      link.cost = sites::Cost(static_cast<std::uint32_t>(1 + rng.below(8)));
  }
}

/// A link goes, and may come back later among the others.
void take_or_give_link(sites::Forest& forest, std::vector<sites::SiteLink>& taken, base::Rng& rng) {
  if (!taken.empty() && rng.chance(1, 2)) {
    forest.links.push_back(taken.back());
    taken.pop_back();
  } else if (!forest.links.empty()) {
    const auto at =
        forest.links.begin() + static_cast<std::ptrdiff_t>(rng.below(forest.links.size()));
    taken.push_back(*at);
    forest.links.erase(at);
  }
}

void change_controller(sites::Forest& forest, std::vector<sites::Controller>& taken,
                       base::Rng& rng) {
  if (forest.controllers.empty()) return;
  sites::Controller& controller = any_of(forest.controllers, rng);
  switch (rng.below(7)) {
    case 0:
      if (!forest.sites.empty()) controller.site = any_of(forest.sites, rng).id;
      break;
    case 1:
      controller.read_only = !controller.read_only;
      break;
    case 2:
      controller.global_catalog = !controller.global_catalog;
      break;
    case 3:
      controller.inbound = !controller.inbound;
      break;
    case 4:
      controller.preferred_bridgehead = !controller.preferred_bridgehead;
      break;
    case 5:
      taken.push_back(controller);
      forest.controllers.erase(forest.controllers.begin() +
                               (&controller - forest.controllers.data()));
      break;
    default:
      if (taken.empty()) return;
      forest.controllers.push_back(taken.back());
      taken.pop_back();
  }
}

void change_what_all_stands_on(sites::Forest& forest, base::Rng& rng) {
  switch (rng.below(5)) {
    case 0:
      forest.policy.bridge_all_site_links = !forest.policy.bridge_all_site_links;
      break;
    case 1:
      forest.policy.max_hops = static_cast<std::uint32_t>(3 + rng.below(8));
      break;
    case 2:
      forest.policy.redundancy = static_cast<std::uint32_t>(1 + rng.below(2));
      break;
    case 3:
      if (!forest.bridges.empty()) forest.bridges.pop_back();
      break;
    default:
      if (forest.sites.empty()) return;
      any_of(forest.sites, rng).options = {sites::SiteOption::bridges_required};
  }
}

void connect_by_hand(sites::Forest& forest, base::Rng& rng) {
  if (!forest.connections.empty() && rng.chance(1, 2)) {
    forest.connections.pop_back();
  } else if (!forest.controllers.empty()) {
    forest.connections.push_back({.name = fmt::format("by hand {}", forest.connections.size()),
                                  .destination = any_of(forest.controllers, rng).id,
                                  .source = any_of(forest.controllers, rng).id});
  }
}

/// Asks for a plan after each of many changes, and compares it with one that is made from nothing.
void expect_same_plans(sites::Forest forest, base::Rng& rng, std::size_t changes) {
  kcc::Replanner replanner;
  std::vector<sites::SiteLink> links;
  std::vector<sites::Controller> controllers;
  for (std::size_t change = 0; change < changes && !testing::Test::HasFailure(); ++change) {
    ASSERT_EQ(replanner.plan(forest), kcc::plan(forest)) << "after " << change << " changes";
    const std::uint64_t kind = rng.below(12);
    if (kind < 6) {
      change_link(forest, rng);
    } else if (kind < 8) {
      take_or_give_link(forest, links, rng);
    } else if (kind < 10) {
      change_controller(forest, controllers, rng);
    } else if (kind < 11) {
      connect_by_hand(forest, rng);
    } else {
      change_what_all_stands_on(forest, rng);
    }
  }
}

TEST(ReplanTest, APlanAfterManyChangesIsThePlanMadeFromNothing) {
  for (std::uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Rng rng(seed);
    expect_same_plans(random_forest(rng), rng, 20);
  }
}

TEST(ReplanTest, TheSameOnMapsOfRealNetworks) {
  for (const std::string name : {"wan/zoo-Abilene", "wan/zoo-Geant2012"}) {
    SCOPED_TRACE(name);
    base::Rng rng(7);
    expect_same_plans(map_forest(name, 2), rng, 40);
  }
}

/// 40 to 340 sites of one to three controllers, each joined to one of the eight before it and every
/// third to another: the bound hangs them on others over paths of many links, and losses are
/// mended.
sites::Forest long_forest(base::Rng& rng) {
  const std::size_t count = 40 + 150 * rng.below(3);
  std::string sites;
  std::string links;
  std::string controllers;
  for (std::size_t at = 0; at < count; ++at) {
    sites += fmt::format(R"({}{{"name":"s{}"}})", at == 0 ? "" : ",", at);
    for (std::size_t more = at == 0 ? 0 : 1 + (at % 3 == 0 ? 1 : 0); more > 0; --more) {
      links += fmt::format(R"({}{{"name":"l{}-{}","sites":["s{}","s{}"],"cost":{}}})",
                           links.empty() ? "" : ",", at, more,
                           at - 1 - rng.below(std::min<std::size_t>(at, 8)), at, 1 + rng.below(8));
    }
    for (std::uint64_t more = 1 + rng.below(3); more > 0; --more) {
      controllers += fmt::format(R"({0}{{"name":"s{1}-{2}","site":"s{1}"}})",
                                 controllers.empty() ? "" : ",", at, more);
    }
  }
  return sound_forest(fmt::format(
      R"({{"name":"long","domains":[{{"dn":"dc=d0"}}],"sites":[{}],"links":[{}],"controllers":[{}],"policy":{{"max_hops":8}}}})",
      sites, links, controllers));
}

TEST(ReplanTest, TheSameWhereTheBoundHangsBranchesAndLossesAreMended) {
  for (std::uint64_t seed = 1; seed <= 6 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Rng rng(seed);
    expect_same_plans(long_forest(rng), rng, 10);
  }
}

TEST(ReplanTest, ForestsWithReferencesToNothingArePlannedAnewAsWell) {
  for (std::uint64_t seed = 1; seed <= 100 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Rng rng(seed);
    expect_same_plans(scrambled(random_forest(rng), rng), rng, 10);
  }
}

}  // namespace
}  // namespace ringspan
