// Laws of plan() and mine(), over forests made by chance. The seed in a failure makes it again.

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "kcc/analyse.hpp"
#include "kcc/mine.hpp"
#include "kcc/plan.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"
#include "tests/unit/forests.hpp"
#include "tests/unit/judge.hpp"

namespace ringspan {
namespace {

constexpr std::uint64_t kForests = 1'000;

template <typename Law>
void over_random_forests(Law law) {
  for (std::uint64_t seed = 1; seed <= kForests && !testing::Test::HasFailure(); ++seed) {
    base::Rng rng(seed);
    const sites::Forest forest = random_forest(rng);
    SCOPED_TRACE("seed " + std::to_string(seed));
    law(forest, rng);
  }
}

bool apart(const std::set<ControllerPair>& left, const std::set<ControllerPair>& right) {
  return std::ranges::none_of(left, [&](const auto& pull) { return right.contains(pull); });
}

/// Whether everyone who is pulled from by another site hears a writable replica.
bool hears_who_is_pulled_from(const sites::Forest& forest, const kcc::Topology& topology,
                              const sites::NamingContext& context,
                              const std::set<ControllerPair>& reached) {
  std::set<sites::ControllerId> hearing;
  for (const auto& [writable, replica] : reached)
    hearing.insert(replica);
  return std::ranges::all_of(topology.connections, [&](const kcc::Connection& one) {
    if (std::ranges::find(one.naming_contexts, context.id) == one.naming_contexts.end()) {
      return true;
    }
    const auto from = find_controller(forest, one.source)->site;
    const auto to = find_controller(forest, one.destination)->site;
    return from == to || hearing.contains(one.source);
  });
}

TEST(PlanLawTest, EveryReplicaHearsEveryWritableOneThatALegalPathJoinsItTo) {
  std::size_t pairs = 0;
  std::size_t standbys = 0;
  over_random_forests([&](const sites::Forest& forest, base::Rng&) {
    const kcc::Topology topology = kcc::plan(forest);
    const SitePairCosts paths = legal_paths(forest);
    for (const auto& context : forest.naming_contexts) {
      const auto allowed = allowed_pulls(forest, context, paths);
      const auto planned = planned_pulls(topology, context);
      EXPECT_TRUE(std::ranges::includes(allowed, planned)) << context.dn;
      const auto standby = planned_pulls(topology, context, true);
      EXPECT_TRUE(std::ranges::includes(allowed_pulls(forest, context, paths, true), standby))
          << context.dn;
      EXPECT_TRUE(apart(planned, standby)) << context.dn;
      standbys += standby.size();
      const auto possible = reach(forest, context, allowed);
      EXPECT_EQ(reach(forest, context, planned), possible) << context.dn;
      EXPECT_TRUE(hears_who_is_pulled_from(forest, topology, context, possible)) << context.dn;
      pairs += possible.size();
    }
  });
  EXPECT_GT(pairs, 5'000U);  // the forests are worth judging
  EXPECT_GT(standbys, 400U);
}

// The second computation is the test's own: a least spanning forest over all legal combined paths.
TEST(PlanLawTest, TheTreeOfThePublishedAlgorithmCostsWhatTheLeastTreeCosts) {
  std::size_t judged = 0;
  over_random_forests([&](sites::Forest forest, base::Rng&) {
    forest.policy.topology = sites::TopologyPolicy::active_directory;
    const auto topology = kcc::plan(forest);
    EXPECT_TRUE(std::ranges::none_of(topology.connections, &kcc::Connection::standby));
    const auto analysis = kcc::analyse(forest, topology);
    const SitePairCosts paths = legal_paths(forest);
    for (const auto& result : analysis.naming_contexts) {
      const auto* context = find_naming_context(forest, result.naming_context);
      const auto least = least_tree_cost(forest, *context, paths);
      EXPECT_EQ(result.tree_cost, result.least_cost) << context->dn;
      if (!least) continue;
      EXPECT_EQ(result.tree_cost, *least) << context->dn;
      ++judged;
    }
  });
  EXPECT_GT(judged, 200U);
}

TEST(PlanLawTest, ThePartsOfAllControllersMakeThePlan) {
  over_random_forests([](const sites::Forest& forest, base::Rng& rng) {
    const kcc::Topology topology = kcc::plan(forest);
    std::vector<kcc::Connection> together;
    for (const auto& controller : forest.controllers) {
      // Each has the forest in an order of its own, and plans by itself.
      const auto part = kcc::mine(kcc::plan(shuffled(forest, rng)), controller.id);
      EXPECT_EQ(part, kcc::mine(topology, controller.id));
      for (const auto& inbound : part) {
        EXPECT_EQ(inbound.destination, controller.id);
        together.push_back(inbound);
      }
    }
    EXPECT_EQ(together, topology.connections);
  });
}

TEST(PlanLawTest, TheOrderOfTheFileDoesNotMatter) {
  over_random_forests([](const sites::Forest& forest, base::Rng& rng) {
    EXPECT_EQ(kcc::plan(shuffled(forest, rng)), kcc::plan(forest));
  });
}

TEST(PlanLawTest, ConnectionsAreSortedUniqueAndCarrySomething) {
  over_random_forests([](const sites::Forest& forest, base::Rng&) {
    std::set<std::tuple<sites::ControllerId, sites::ControllerId, bool>> seen;
    for (const auto& connection : kcc::plan(forest).connections) {
      const auto key = std::tuple(connection.destination, connection.source, connection.standby);
      EXPECT_TRUE(seen.empty() || *seen.rbegin() < key);
      seen.insert(key);
      EXPECT_FALSE(connection.naming_contexts.empty());
      EXPECT_TRUE(std::ranges::is_sorted(connection.naming_contexts));
      EXPECT_FALSE(find_controller(forest, connection.source)->read_only);
      EXPECT_FALSE(connection.schedule.is_never());
    }
  });
}

TEST(PlanLawTest, ThePathOfAConnectionLeadsFromItsSourceToItsDestination) {
  over_random_forests([](const sites::Forest& forest, base::Rng&) {
    for (const auto& connection : kcc::plan(forest).connections) {
      std::set<sites::SiteId> here{find_controller(forest, connection.source)->site};
      sites::Cost cost;
      sites::Schedule schedule;
      for (const auto& id : connection.path) {
        const auto link = std::ranges::find(forest.links, id, &sites::SiteLink::id);
        ASSERT_NE(link, forest.links.end());
        EXPECT_TRUE(
            std::ranges::any_of(link->sites, [&](auto site) { return here.contains(site); }));
        here = {link->sites.begin(), link->sites.end()};
        cost = cost + link->cost;
        schedule = schedule & link->schedule;
      }
      EXPECT_TRUE(here.contains(find_controller(forest, connection.destination)->site));
      EXPECT_EQ(connection.cost, cost);
      EXPECT_EQ(connection.schedule, schedule);
    }
  });
}

TEST(PlanLawTest, IslandsAreNamedExactlyWhereSomeoneIsNotReached) {
  std::size_t apart = 0;
  over_random_forests([&](const sites::Forest& forest, base::Rng&) {
    const kcc::Topology topology = kcc::plan(forest);
    const auto analysis = kcc::analyse(forest, topology);
    for (const auto& result : analysis.naming_contexts) {
      const bool named = std::ranges::any_of(topology.islands, [&](const kcc::Islands& islands) {
        EXPECT_GE(islands.islands.size(), 2U);
        return islands.naming_context == result.naming_context;
      });
      EXPECT_TRUE(named || result.unreached == 0);
      apart += named ? 1 : 0;
    }
  });
  EXPECT_GT(apart, 100U);
}

TEST(PlanLawTest, AnyForestGivesATopologyWhateverItsReferencesPointTo) {
  over_random_forests([](const sites::Forest& forest, base::Rng& rng) {
    const sites::Forest nonsense = scrambled(forest, rng);
    const kcc::Topology topology = kcc::plan(nonsense);
    EXPECT_EQ(kcc::plan(shuffled(nonsense, rng)), topology);
    kcc::analyse(nonsense, topology);
  });
}

TEST(PlanLawTest, AForestReadsBackFromWhatIsWritten) {
  over_random_forests([](const sites::Forest& forest, base::Rng& rng) {
    sites::Forest whole = forest;
    // The form asks for links and bridges of at least two and knows the contexts by rule.
    std::erase_if(whole.bridges, [](const auto& bridge) { return bridge.links.size() < 2; });
    std::ranges::sort(whole.bridges, {}, &sites::SiteLinkBridge::name);
    whole.sites.front().coordinates = sites::Coordinates{59.9139, -10.5};
    whole.sites.front().subnets = {"10.0.0.0/8", "2001:db8::/32"};
    const auto derived = whole.controllers.front().id;  // one id that does not follow from a name
    whole.controllers.front().id = sites::ControllerId(rng.guid());
    for (auto& context : whole.naming_contexts) {
      std::ranges::replace(context.replicas, derived, whole.controllers.front().id);
      std::ranges::sort(context.replicas);
    }
    std::ranges::sort(whole.controllers, {}, &sites::Controller::id);
    whole.policy.max_hops = 3;
    const auto back = sites::read_forest(write_forest(whole), "written.json");
    ASSERT_TRUE(back) << to_string(back.error().front());
    EXPECT_EQ(*back, whole);
  });
}

}  // namespace
}  // namespace ringspan
