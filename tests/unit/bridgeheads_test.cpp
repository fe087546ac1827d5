#include "kcc/bridgeheads.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

/// Two sites with three controllers each; corp in both, and an application that a-3 and b-1 hold.
sites::Forest two_sites() {
  return sound_forest(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "applications": [{"dn": "dc=apps", "replicas": ["a-3", "a-1", "b-1"]}],
    "sites": [{"name": "a"}, {"name": "b"}], "links": [{"sites": ["a", "b"]}],
    "controllers": [{"name": "a-1", "site": "a"}, {"name": "a-2", "site": "a"},
                    {"name": "a-3", "site": "a"}, {"name": "b-1", "site": "b"},
                    {"name": "b-2", "site": "b"}, {"name": "b-3", "site": "b"}]})");
}

sites::Controller& controller(sites::Forest& forest, const std::string& name) {
  return *std::ranges::find(forest.controllers, name, &sites::Controller::name);
}

sites::NamingContextId context(const sites::Forest& forest, const std::string& dn) {
  return std::ranges::find(forest.naming_contexts, dn, &sites::NamingContext::dn)->id;
}

/// "a-1 <- b-2" for each primary connection between sites that carries the context.
std::set<std::string> crossings(const sites::Forest& forest, const std::string& dn) {
  std::set<std::string> found;
  for (const Connection& connection : plan(forest).connections) {
    if (connection.standby || connection.path.empty() ||
        !std::ranges::binary_search(connection.naming_contexts, context(forest, dn))) {
      continue;
    }
    found.insert(sites::find_controller(forest, connection.destination)->name + " <- " +
                 sites::find_controller(forest, connection.source)->name);
  }
  return found;
}

using Lines = std::set<std::string>;

TEST(BridgeheadsTest, PreferredOnesAloneCarryWhatCrosses) {
  for (const std::string one : {"a-1", "a-2", "a-3"}) {
    for (const std::string other : {"b-1", "b-2", "b-3"}) {
      sites::Forest forest = two_sites();
      controller(forest, one).preferred_bridgehead = true;
      controller(forest, other).preferred_bridgehead = true;
      EXPECT_EQ(crossings(forest, "dc=corp"), (Lines{one + " <- " + other, other + " <- " + one}));
    }
  }
}

TEST(BridgeheadsTest, PreferenceOfOneNamingContextLeavesTheOthersAlone) {
  sites::Forest forest = two_sites();
  controller(forest, "a-2").preferred_bridgehead = true;
  controller(forest, "a-3").preferred_bridgehead_of = {context(forest, "dc=apps")};
  EXPECT_EQ(crossings(forest, "dc=apps"), (Lines{"a-3 <- b-1", "b-1 <- a-3"}));
  for (const std::string& crossing : crossings(forest, "dc=corp"))
    EXPECT_NE(crossing.find("a-2"), std::string::npos) << crossing;
}

TEST(BridgeheadsTest, WhereNoPreferredOneHoldsTheContextTheOthersCarryIt) {
  sites::Forest forest = two_sites();
  controller(forest, "a-2").preferred_bridgehead = true;  // does not hold dc=apps
  EXPECT_EQ(crossings(forest, "dc=apps").size(), 2U);
}

TEST(BridgeheadsTest, InboundDisabledIsNobodysDestinationAndOutboundDisabledNobodysSource) {
  sites::Forest forest = two_sites();
  for (const std::string name : {"a-1", "a-2"})
    controller(forest, name).inbound = false;
  for (const std::string name : {"a-2", "a-3", "b-1", "b-3"})
    controller(forest, name).outbound = false;
  const Lines found = crossings(forest, "dc=corp");
  EXPECT_TRUE(found.contains("a-3 <- b-2"));
  for (const std::string& crossing : found) {
    const bool as_wanted = crossing == "a-3 <- b-2" || crossing.ends_with("<- a-1");
    EXPECT_TRUE(as_wanted) << crossing;
  }
  EXPECT_EQ(found.size(), 2U);
}

TEST(BridgeheadsTest, APreferredOneThatMayNotPullLeavesTheOthersInCharge) {
  sites::Forest forest = two_sites();
  controller(forest, "a-1").preferred_bridgehead = true;
  controller(forest, "a-1").inbound = false;
  const Lines found = crossings(forest, "dc=corp");
  EXPECT_EQ(found.size(), 2U);
  for (const std::string& crossing : found)
    EXPECT_FALSE(crossing.starts_with("a-1 <-")) << crossing;
}

TEST(BridgeheadsTest, APreferredOneThatMayNotPullIsStillTheOnlySource) {
  for (const std::string name : {"a-1", "a-2", "a-3"}) {
    sites::Forest forest = two_sites();
    controller(forest, name).preferred_bridgehead = true;
    controller(forest, name).inbound = false;
    const Lines found = crossings(forest, "dc=corp");
    EXPECT_EQ(
        std::ranges::count_if(found, [&](const auto& one) { return one.ends_with("<- " + name); }),
        1)
        << name;
  }
}

TEST(BridgeheadsTest, ASiteWhereNobodyMayPullGetsNothingAndIsStillPulledFrom) {
  sites::Forest forest = two_sites();
  for (const std::string name : {"a-1", "a-2", "a-3"})
    controller(forest, name).inbound = false;
  const Lines found = crossings(forest, "dc=corp");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found.begin()->starts_with("b-"));
}

TEST(BridgeheadsTest, ReadOnlyReplicasAreEachTheirOwnBridgehead) {
  const sites::Forest forest = sound_forest(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "a"}, {"name": "b"}], "links": [{"sites": ["a", "b"]}],
    "controllers": [{"name": "a-1", "site": "a"},
                    {"name": "b-1", "site": "b", "read_only": true, "preferred_bridgehead": true},
                    {"name": "b-2", "site": "b", "read_only": true},
                    {"name": "b-3", "site": "b", "read_only": true, "inbound": false}]})");
  EXPECT_EQ(crossings(forest, "dc=corp"), (Lines{"b-1 <- a-1", "b-2 <- a-1"}));
}

TEST(BridgeheadsTest, NobodyCarriesMuchMoreThanItsShareOfAHub) {
  std::string sites = R"({"name": "hub"})";
  std::string links;
  std::string controllers;
  for (int at = 0; at < 4; ++at)
    controllers += fmt::format(R"({}{{"name": "h{}", "site": "hub"}})", at == 0 ? "" : ",", at);
  constexpr int kBranches = 24;
  for (int at = 0; at < kBranches; ++at) {
    sites += fmt::format(R"(,{{"name": "s{}"}})", at);
    links += fmt::format(R"({}{{"sites": ["hub", "s{}"]}})", at == 0 ? "" : ",", at);
    controllers += fmt::format(R"(,{{"name": "b{0}", "site": "s{0}"}})", at);
  }
  const auto forest = sound_forest(fmt::format(
      R"({{"name": "star", "domains": [{{"dn": "dc=d"}}], "sites": [{}], "links": [{}],
          "controllers": [{}]}})",
      sites, links, controllers));
  std::map<std::string, int> carried;
  for (const Connection& one : plan(forest).connections) {
    if (one.rule == Rule::site_tree) ++carried[sites::find_controller(forest, one.source)->name];
  }
  int most = 0;
  int all = 0;
  for (const auto& [name, pairs] : carried) {
    if (!name.starts_with("h")) continue;
    most = std::max(most, pairs);
    all += pairs;
  }
  EXPECT_EQ(all, kBranches);
  EXPECT_LE(most, 8);  // a quarter more than 24 / 4
}

}  // namespace
}  // namespace ringspan::kcc
