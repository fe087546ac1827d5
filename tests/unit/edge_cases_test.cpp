// The cases that a naive planner gets wrong, each by its name, with the ways and costs that are
// right. More of them: standby (13, 14) in takeover_test.cpp, the poll in a window shorter than the
// interval (11) in certify_test.cpp, exported connections whose source is gone, which are disabled
// or there twice (18 to 20) in standing_test.cpp.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "kcc/check.hpp"
#include "kcc/mine.hpp"
#include "kcc/names.hpp"
#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

using Lines = std::vector<std::string>;

sites::Forest forest_of(const std::string& sites_and_links, const std::string& controllers) {
  return sound_forest(R"({"name":"corp","domains":[{"dn":"dc=corp"},{"dn":"dc=north"}],)" +
                      sites_and_links + R"(,"controllers":[)" + controllers + "]}");
}

/// Three places, the middle one called m.
std::string three(const std::string& links, const std::string& more = "") {
  return R"("sites":[{"name":"a"},{"name":"m"},{"name":"b"}],"links":[)" + links + "]" + more;
}

const std::string kEnds = R"({"name":"a1","site":"a"},{"name":"b1","site":"b"})";
const std::string kMiddle = R"(,{"name":"m1","site":"m"})";

/// "a1 <- b1 7 over x+y", one for each primary connection that carries the context, sorted.
Lines pulls(const sites::Forest& forest, const std::string& dn = "dc=corp") {
  const Names names(forest);
  Lines lines;
  for (const Connection& one : plan(forest).connections) {
    const bool carries = std::ranges::any_of(
        one.naming_contexts, [&](const auto& context) { return names.dn(context) == dn; });
    if (one.standby || !carries) continue;
    Lines links;
    for (const auto& link : one.path)
      links.push_back(names.link(link));
    lines.push_back(fmt::format("{} <- {} {} over {}", names.controller(one.destination),
                                names.controller(one.source), one.cost.value,
                                fmt::join(links, "+")));
  }
  std::ranges::sort(lines);
  return lines;
}

std::set<std::string> contexts_apart(const sites::Forest& forest) {
  const Names names(forest);
  std::set<std::string> apart;
  for (const Islands& islands : plan(forest).islands)
    apart.insert(names.dn(islands.naming_context));
  return apart;
}

// 1
TEST(EdgeCases, EqualCostTriangle) {
  const auto forest = forest_of(
      three(R"({"sites":["a","m"]},{"sites":["m","b"]},{"sites":["a","b"]})"), kEnds + kMiddle);
  const Topology whole = plan(forest);
  std::vector<Connection> together;
  base::Rng rng(1);
  for (const auto& controller : forest.controllers) {  // each plans for itself
    for (auto& one : mine(plan(shuffled(forest, rng)), controller.id))
      together.push_back(std::move(one));
  }
  EXPECT_EQ(together, whole.connections);
  EXPECT_EQ(pulls(forest).size(), 4U);  // two of the three sides, both ways
  for (const auto& line : pulls(forest))
    EXPECT_NE(line.find(" 100 over "), std::string::npos) << line;
}

// 3
TEST(EdgeCases, BridgeheadsFollowFromTheForestAlone) {
  const auto forest = forest_of(
      R"("sites":[{"name":"a"},{"name":"b"}],"links":[{"name":"ab","sites":["a","b"]}])",
      kEnds + R"(,{"name":"a2","site":"a"},{"name":"b2","site":"b"},{"name":"a3","site":"a"})");
  base::Rng rng(3);
  std::set<std::pair<sites::ControllerId, sites::ControllerId>> crossing;
  for (const Connection& one : plan(forest).connections) {
    if (!one.path.empty() && !one.standby) crossing.emplace(one.destination, one.source);
  }
  ASSERT_EQ(crossing.size(), 2U);  // never a second one of a second calculator
  EXPECT_EQ(crossing.begin()->first, crossing.rbegin()->second);  // and the same both ways
  EXPECT_EQ(crossing.begin()->second, crossing.rbegin()->first);
  for (int round = 0; round < 20; ++round)
    EXPECT_EQ(plan(shuffled(forest, rng)), plan(forest));
}

// 4
TEST(EdgeCases, ALinkOfThreeSitesCostsOnce) {
  const auto forest =
      forest_of(three(R"({"name":"cloud","sites":["a","m","b"],"cost":7})"), kEnds + kMiddle);
  ASSERT_EQ(pulls(forest).size(), 4U);
  for (const auto& line : pulls(forest))
    EXPECT_TRUE(line.ends_with(" 7 over cloud")) << line;
}

// 5
TEST(EdgeCases, TransitThroughAWhiteSite) {
  const auto forest = forest_of(
      three(R"({"name":"am","sites":["a","m"],"cost":3},{"name":"mb","sites":["m","b"],"cost":4})"),
      kEnds);
  EXPECT_EQ(pulls(forest), (Lines{"a1 <- b1 7 over mb+am", "b1 <- a1 7 over am+mb"}));
}

// 6
TEST(EdgeCases, BridgingOff) {
  const auto unbridged = [](const std::string& controllers) {
    return forest_of(three(R"({"name":"am","sites":["a","m"]},{"name":"mb","sites":["m","b"]})",
                           R"(,"policy":{"bridge_all_site_links":false})"),
                     controllers);
  };
  EXPECT_EQ(pulls(unbridged(kEnds)), Lines{});
  EXPECT_EQ(contexts_apart(unbridged(kEnds)).size(), 3U);  // dc=north has no replica
  // Whoever stands in the middle stores and forwards what it holds, and nothing else.
  const auto held = unbridged(kEnds + kMiddle);
  EXPECT_EQ(pulls(held), (Lines{"a1 <- m1 100 over am", "b1 <- m1 100 over mb",
                                "m1 <- a1 100 over am", "m1 <- b1 100 over mb"}));
  EXPECT_EQ(contexts_apart(held), std::set<std::string>{});
  const auto other = unbridged(kEnds + R"(,{"name":"m1","site":"m","domain":"dc=north"})");
  EXPECT_EQ(contexts_apart(other), std::set<std::string>{"dc=corp"});
}

// 7
TEST(EdgeCases, SchedulesThatNeverMeet) {
  const std::string links =
      R"({"name":"am","sites":["a","m"],"cost":1,"schedule":"Mon 00:00-24:00"},
         {"name":"mb","sites":["m","b"],"cost":1,"schedule":"Tue 00:00-24:00"})";
  EXPECT_EQ(contexts_apart(forest_of(three(links), kEnds)).size(), 3U);
  const auto dear = three(links + R"(,{"name":"ab","sites":["a","b"],"cost":50})");
  EXPECT_EQ(pulls(forest_of(dear, kEnds)), (Lines{"a1 <- b1 50 over ab", "b1 <- a1 50 over ab"}));
  // Whoever stores in the middle needs no hour in common.
  EXPECT_EQ(pulls(forest_of(three(links), kEnds + kMiddle)),
            (Lines{"a1 <- m1 1 over am", "b1 <- m1 1 over mb", "m1 <- a1 1 over am",
                   "m1 <- b1 1 over mb"}));
}

// 8
TEST(EdgeCases, EqualCostLongerWindowWins) {
  for (const std::string longer : {"first", "second"}) {
    const auto window = [&](const std::string& name) {
      return fmt::format(R"({{"name":"{}","sites":["a","b"],"schedule":"Mon {}"}})", name,
                         name == longer ? "00:00-12:00" : "12:15-24:00");
    };
    const auto forest = forest_of(R"("sites":[{"name":"a"},{"name":"b"}],"links":[)" +
                                      window("first") + "," + window("second") + "]",
                                  kEnds);
    EXPECT_EQ(pulls(forest), (Lines{"a1 <- b1 100 over " + longer, "b1 <- a1 100 over " + longer}));
  }
}

// 9
TEST(EdgeCases, PartialReplicaInTheMiddle) {
  const auto forest = forest_of(
      three(R"({"name":"am","sites":["a","m"],"cost":1},{"name":"mb","sites":["m","b"],"cost":1})"),
      R"({"name":"a1","site":"a","domain":"dc=north"},{"name":"b1","site":"b","domain":"dc=north"},
         {"name":"m1","site":"m","domain":"dc=corp","global_catalog":true})");
  auto lines = pulls(forest, "dc=north");
  const auto feeds_it =
      std::ranges::count_if(lines, [](const auto& line) { return line.starts_with("m1 <- "); });
  EXPECT_EQ(feeds_it, 1);
  std::erase_if(lines, [](const auto& line) { return line.starts_with("m1 <- "); });
  EXPECT_EQ(lines, (Lines{"a1 <- b1 2 over mb+am", "b1 <- a1 2 over am+mb"}));
}

// 10
TEST(EdgeCases, OnlyPartialReplicasAreAnIsland) {
  const auto forest = forest_of(
      R"("sites":[{"name":"a"},{"name":"m"},{"name":"b"}],
         "links":[{"name":"mb","sites":["m","b"]}])",
      R"({"name":"a1","site":"a","domain":"dc=north"},
         {"name":"m1","site":"m","domain":"dc=corp","global_catalog":true},
         {"name":"b1","site":"b","domain":"dc=corp","global_catalog":true})");
  EXPECT_TRUE(contexts_apart(forest).contains("dc=north"));
  EXPECT_EQ(pulls(forest, "dc=corp").size(), 2U);
  EXPECT_EQ(pulls(forest, "dc=north").size(), 0U) << "nothing current could come over it";
  const auto topology = plan(forest);
  const auto north = std::ranges::find_if(topology.islands, [&](const Islands& apart) {
    return find_naming_context(forest, apart.naming_context)->dn == "dc=north";
  });
  ASSERT_NE(north, topology.islands.end());
  EXPECT_EQ(north->islands.size(), 3U);
  for (const Finding& finding : check(forest, topology)) {
    if (finding.code != "island" || finding.reason.find("dc=north") == std::string::npos) continue;
    EXPECT_NE(finding.reason.find("to a for"), std::string::npos) << finding.reason;
    EXPECT_NE(finding.place, "site a");
  }
}

// 12
TEST(EdgeCases, IntervalAndOptionsOfAPath) {
  const auto forest = [](const std::string& first, const std::string& second) {
    return plan(forest_of(three(R"({"name":"am","sites":["a","m"])" + first +
                                R"(},{"name":"mb","sites":["m","b"])" + second + "}"),
                          kEnds))
        .connections.front();
  };
  const Connection mixed = forest(R"(,"interval":"30m","notify":true,"compress":false)",
                                  R"(,"interval":"3h","notify":false,"compress":true)");
  EXPECT_EQ(mixed.interval, std::chrono::hours(3));
  EXPECT_FALSE(mixed.notify);
  EXPECT_TRUE(mixed.compress);
  const Connection both =
      forest(R"(,"notify":true,"compress":false)", R"(,"notify":true,"compress":false)");
  EXPECT_TRUE(both.notify);
  EXPECT_FALSE(both.compress);
}

// 16
TEST(EdgeCases, OneContextApartLeavesTheOthersAsTheyWere) {
  // dc=north is held at both ends, and no link is bridged over the middle.
  const auto links = three(R"({"name":"am","sites":["a","m"]},{"name":"mb","sites":["m","b"]})",
                           R"(,"policy":{"bridge_all_site_links":false})");
  const auto apart = forest_of(
      links,
      R"({"name":"a1","site":"a","domain":"dc=north"},{"name":"b1","site":"b","domain":"dc=north"})" +
          kMiddle);
  EXPECT_EQ(contexts_apart(apart), std::set<std::string>{"dc=north"});
  EXPECT_EQ(pulls(apart, "cn=configuration,dc=corp").size(), 4U);
  EXPECT_EQ(pulls(apart, "cn=schema,cn=configuration,dc=corp").size(), 4U);
}

// 17
TEST(EdgeCases, AControllerMovedToAnotherSite) {
  auto forest = forest_of(
      R"("sites":[{"name":"a"},{"name":"b"}],
         "links":[{"name":"ab","sites":["a","b"],"cost":9,"notify":false,"interval":"3h"}])",
      R"({"name":"a1","site":"a"},{"name":"a2","site":"a"})");
  EXPECT_EQ(pulls(forest), (Lines{"a1 <- a2 0 over ", "a2 <- a1 0 over "}));
  const auto moved =
      std::ranges::find(forest.controllers, std::string("a2"), &sites::Controller::name);
  moved->site = std::ranges::find(forest.sites, std::string("b"), &sites::Site::name)->id;
  EXPECT_EQ(pulls(forest), (Lines{"a1 <- a2 9 over ab", "a2 <- a1 9 over ab"}));
  for (const Connection& one : plan(forest).connections) {
    EXPECT_EQ(one.rule, Rule::site_tree);
    EXPECT_EQ(one.interval, std::chrono::hours(3));
    EXPECT_FALSE(one.notify);
    EXPECT_TRUE(one.compress);
  }
}

// 18
TEST(EdgeCases, AConnectionFromADeletedControllerChangesNothing) {
  auto forest = sample_forest("three-sites");
  const Topology before = plan(forest);
  base::Rng rng(18);
  forest.connections.push_back({"gone", forest.controllers.front().id,
                                sites::ControllerId(rng.guid()), true, sites::Schedule()});
  EXPECT_EQ(plan(forest), before);
}

}  // namespace
}  // namespace ringspan::kcc
