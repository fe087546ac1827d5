// What administrators say of controllers and sites, as the plan takes it.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "kcc/analyse.hpp"
#include "kcc/plan.hpp"
#include "kcc/report.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan {
namespace {

using kcc::Connection;
using kcc::Rule;
using kcc::Topology;

/// Oslo, Nuuk and Rome in a triangle, with three controllers each; `more` goes into the file.
sites::Forest offices(const std::string& more = "") {
  std::string controllers;
  for (const auto* site : {"oslo", "nuuk", "rome"}) {
    for (int at = 1; at <= 3; ++at) {
      controllers += fmt::format(R"({}{{"name":"{}-{}","site":"{}"}})",
                                 controllers.empty() ? "" : ",", site, at, site);
    }
  }
  return sound_forest(fmt::format(
      R"({{"name":"corp","domains":[{{"dn":"dc=corp"}}],
      "sites":[{{"name":"oslo"}},{{"name":"nuuk"}},{{"name":"rome"}}],
      "links":[{{"name":"on","sites":["oslo","nuuk"]}},{{"name":"nr","sites":["nuuk","rome"]}},
               {{"name":"or","sites":["oslo","rome"],"cost":150}}],
      "controllers":[{}]{}}})",
      controllers, more));
}

sites::Controller& controller(sites::Forest& forest, const std::string& name) {
  return *std::ranges::find(forest.controllers, name, &sites::Controller::name);
}

sites::Site& site(sites::Forest& forest, const std::string& name) {
  return *std::ranges::find(forest.sites, name, &sites::Site::name);
}

std::size_t unreached(const sites::Forest& forest) {
  return kcc::analyse(forest, kcc::plan(forest)).unreached();
}

TEST(Wishes, WhoMayNotPullOrBePulledFromIsInNoSuchConnectionAndTheOthersAreWhole) {
  sites::Forest forest = offices();
  controller(forest, "oslo-1").inbound = false;
  controller(forest, "nuuk-2").outbound = false;
  const auto deaf = controller(forest, "oslo-1").id;
  const auto mute = controller(forest, "nuuk-2").id;
  const Topology topology = kcc::plan(forest);
  std::size_t told = 0;
  std::size_t heard = 0;
  for (const Connection& one : topology.connections) {
    EXPECT_NE(one.destination, deaf);
    EXPECT_NE(one.source, mute);
    told += one.source == deaf ? 1U : 0U;
    heard += one.destination == mute ? 1U : 0U;
  }
  EXPECT_GE(told, 2U);
  EXPECT_GE(heard, 2U);
  // In each of three contexts eight do not reach the first, and it not the second's eight: the pair
  // of these two counts once.
  const auto analysis = kcc::analyse(forest, topology);
  for (const auto& context : analysis.naming_contexts)
    EXPECT_EQ(context.unreached, 16U - 1U);
  const std::string text = kcc::report(forest, topology, analysis);
  EXPECT_NE(text.find("do NOT all reach each other"), std::string::npos) << text;
  EXPECT_NE(text.find("Replication is switched off, or left to be set up by hand, at nuuk-2"),
            std::string::npos)
      << text;
}

TEST(Wishes, NoConnectionOfAnyPlaneBreaksASwitchInForestsByChance) {
  std::size_t switched = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Rng rng(seed);
    auto forest = random_forest(rng);
    for (auto& one : forest.controllers) {
      one.inbound = !rng.chance(1, 6);
      one.outbound = !rng.chance(1, 6);
    }
    for (const Connection& one : kcc::plan(forest).connections) {
      EXPECT_TRUE(sites::find_controller(forest, one.destination)->inbound);
      EXPECT_TRUE(sites::find_controller(forest, one.source)->outbound);
      ++switched;
    }
  }
  EXPECT_GT(switched, 2'000U);
}

TEST(Wishes, OneByHandStandsInPlaceOfThePlannedAndADisabledOneIsNothing) {
  const std::string hand = R"(,"connections":[
    {"name":"mine","destination":"rome-1","source":"oslo-1"},
    {"name":"off","destination":"rome-2","source":"oslo-2","enabled":false}])";
  const sites::Forest forest = offices(hand);
  sites::Forest without = forest;
  without.connections.clear();
  const Topology topology = kcc::plan(forest);
  const auto by_hand = [](const Connection& one) { return one.rule == Rule::manual; };
  ASSERT_EQ(std::ranges::count_if(topology.connections, by_hand), 1);
  const Connection& made = *std::ranges::find_if(topology.connections, by_hand);
  EXPECT_EQ(sites::find_controller(forest, made.destination)->name, "rome-1");
  EXPECT_EQ(sites::find_controller(forest, made.source)->name, "oslo-1");
  EXPECT_FALSE(made.standby);
  EXPECT_EQ(made.cost.value, 150U);
  EXPECT_EQ(made.naming_contexts.size(), forest.naming_contexts.size());
  for (const Connection& one : kcc::plan(without).connections) {
    const bool same_pair = one.destination == made.destination && one.source == made.source;
    EXPECT_TRUE(same_pair ||
                std::ranges::find(topology.connections, one) != topology.connections.end());
  }
}

TEST(Wishes, ASiteThatIsSetUpByHandGetsNothingElse) {
  sites::Forest forest =
      offices(R"(,"connections":[{"name":"in","destination":"rome-1","source":"nuuk-1"}])");
  site(forest, "rome").options = {sites::SiteOption::no_intersite_topology};
  const auto in_rome = [&](sites::ControllerId id) {
    return sites::find_controller(forest, id)->name.starts_with("rome");
  };
  for (const Connection& one : kcc::plan(forest).connections) {
    const bool from_outside = in_rome(one.destination) && !in_rome(one.source);
    EXPECT_TRUE(!from_outside || one.rule == Rule::manual);
  }
  EXPECT_EQ(unreached(forest), 0U);
  site(forest, "rome").options = {sites::SiteOption::no_intrasite_topology};
  for (const Connection& one : kcc::plan(forest).connections)
    EXPECT_FALSE(in_rome(one.destination) && in_rome(one.source));
}

TEST(Wishes, NoShortcutsLeavesARingOfTen) {
  std::string controllers;
  for (int at = 0; at < 10; ++at) {
    controllers += fmt::format(R"({}{{"name":"c{}","site":"s"}})", at == 0 ? "" : ",", at);
  }
  auto forest = sound_forest(fmt::format(
      R"({{"name":"one","domains":[{{"dn":"dc=d"}}],"sites":[{{"name":"s"}}],"controllers":[{}]}})",
      controllers));
  const auto rule = [&] { return kcc::plan(forest).connections.front().rule; };
  EXPECT_EQ(rule(), Rule::mesh);
  forest.sites.front().options = {sites::SiteOption::no_shortcuts};
  EXPECT_EQ(rule(), Rule::ring);
  EXPECT_EQ(kcc::plan(forest).connections.size(), 20U);
}

TEST(Wishes, ASiteThatRequiresBridgesIsReachedOverOneLinkOrABridge) {
  // Rome hears Oslo over its own dear link, since the cheap way takes two.
  sites::Forest forest = offices();
  for (auto& link : forest.links) {
    if (link.name == "or") link.cost = sites::Cost(900);
  }
  std::erase_if(forest.controllers, [](const auto& one) { return one.name.starts_with("nuuk"); });
  const auto cost_to_rome = [&] {
    for (const Connection& one : kcc::plan(forest).connections) {
      if (one.rule == Rule::site_tree) return one.cost.value;
    }
    return 0U;
  };
  EXPECT_EQ(cost_to_rome(), 200U);
  site(forest, "rome").options = {sites::SiteOption::bridges_required};
  EXPECT_EQ(cost_to_rome(), 900U);
  forest.bridges.push_back({"both", {}});
  for (const auto& link : forest.links)
    if (link.name != "or") forest.bridges.front().links.push_back(link.id);
  EXPECT_EQ(cost_to_rome(), 200U);
}

}  // namespace
}  // namespace ringspan
