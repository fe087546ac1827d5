#include "kcc/plan.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "kcc/analyse.hpp"
#include "kcc/mine.hpp"
#include "kcc/names.hpp"
#include "tests/unit/forests.hpp"
#include "tests/unit/judge.hpp"

namespace ringspan::kcc {
namespace {

/// A forest of these sites with a controller each ("oslo-1" in oslo), and `more` parts in JSON.
std::string forest_json(const std::vector<std::string>& sites, const std::string& links,
                        const std::string& more = "") {
  std::vector<std::string> site_texts;
  std::vector<std::string> controllers;
  for (const auto& site : sites) {
    site_texts.push_back(fmt::format(R"({{"name":"{}"}})", site));
    controllers.push_back(fmt::format(R"({{"name":"{0}-1","site":"{0}"}})", site));
  }
  return fmt::format(
      R"({{"name":"corp","domains":[{{"dn":"dc=corp"}}],"sites":[{}],"links":[{}],"controllers":[{}]{}}})",
      fmt::join(site_texts, ","), links, fmt::join(controllers, ","), more);
}

/// "oslo-1 <- nuuk-1 over a+b", one for each primary connection that carries the context, sorted.
std::vector<std::string> pulls(const sites::Forest& forest, const std::string& dn) {
  const Names names(forest);
  std::vector<std::string> texts;
  for (const Connection& connection : plan(forest).connections) {
    if (connection.standby || std::ranges::none_of(connection.naming_contexts, [&](const auto& id) {
          return names.dn(id) == dn;
        })) {
      continue;
    }
    std::vector<std::string> links;
    for (const auto& id : connection.path)
      links.push_back(names.link(id));
    texts.push_back(fmt::format("{} <- {}{}{}", names.controller(connection.destination),
                                names.controller(connection.source), links.empty() ? "" : " over ",
                                fmt::join(links, "+")));
  }
  std::ranges::sort(texts);
  return texts;
}

using Lines = std::vector<std::string>;

TEST(PlanTest, TwoSitesPullFromEachOtherAndOneConnectionCarriesAll) {
  const auto topology = plan(sample_forest("two-sites"));
  ASSERT_EQ(topology.connections.size(), 2U);
  EXPECT_EQ(topology.connections[0].naming_contexts.size(), 3U);
  EXPECT_EQ(topology.connections[0].rule, Rule::site_tree);
  EXPECT_TRUE(topology.islands.empty());
}

TEST(PlanTest, ATriangleOfEqualCostsFallsTheSameWayInAnyOrder) {
  const auto forest = sound_forest(forest_json(
      {"a", "b", "c"}, R"({"sites":["a","b"]},{"sites":["b","c"]},{"sites":["c","a"]})"));
  const auto first = plan(forest);
  EXPECT_EQ(first.connections.size(), 6U);  // two of them standby
  base::Rng rng(7);
  for (int round = 0; round < 50; ++round)
    EXPECT_EQ(plan(shuffled(forest, rng)), first);
}

TEST(PlanTest, ParallelLinksOfEqualCostFallToTheLongerSchedule) {
  const auto forest = sound_forest(forest_json(
      {"a", "b"},
      R"({"name":"short","sites":["a","b"],"schedule":"Mon 00:00-12:00"},{"name":"long","sites":["a","b"],"schedule":"Mon 00:00-24:00"})"));
  EXPECT_EQ(pulls(forest, "dc=corp"), (Lines{"a-1 <- b-1 over long", "b-1 <- a-1 over long"}));
}

TEST(PlanTest, ALinkOfThreeSitesCostsOnceBetweenAnyTwo) {
  const auto forest = sound_forest(
      forest_json({"a", "b", "c"}, R"({"name":"ring","sites":["a","b","c"],"cost":10})"));
  for (const auto& connection : plan(forest).connections) {
    EXPECT_EQ(connection.cost, sites::Cost(10));
    EXPECT_EQ(connection.path.size(), 1U);
  }
  EXPECT_EQ(analyse(forest, plan(forest)).naming_contexts.front().tree_cost, 20U);
}

TEST(PlanTest, ASiteWithoutReplicasIsCrossed) {
  const std::string json =
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"hub"},{"name":"b"}],
          "links":[{"sites":["a","hub"],"cost":10,"interval":"30m","notify":false},
                   {"sites":["hub","b"],"cost":20,"interval":"1h","compress":false}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"b-1","site":"b"}]})";
  const auto forest = sound_forest(json);
  EXPECT_EQ(pulls(forest, "dc=corp"),
            (Lines{"a-1 <- b-1 over hub-b+a-hub", "b-1 <- a-1 over a-hub+hub-b"}));
  const auto connection = plan(forest).connections.front();
  EXPECT_EQ(connection.cost, sites::Cost(30));
  EXPECT_EQ(connection.interval, std::chrono::hours(1));
  EXPECT_FALSE(connection.notify);   // one link polls
  EXPECT_TRUE(connection.compress);  // one link wants it
}

TEST(PlanTest, WithoutBridgingASiteInBetweenIsCrossedOnlyOverABridge) {
  const auto json = [](const std::string& more) {
    return R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"hub"},{"name":"b"}],
               "links":[{"sites":["a","hub"]},{"sites":["hub","b"]}],
               "controllers":[{"name":"a-1","site":"a"},{"name":"b-1","site":"b"}],
               "policy":{"bridge_all_site_links":false})" +
           more + "}";
  };
  const auto apart = plan(sound_forest(json("")));
  EXPECT_TRUE(apart.connections.empty());
  ASSERT_EQ(apart.islands.size(), 3U);  // configuration, schema, domain
  EXPECT_EQ(apart.islands.front().islands.size(), 2U);
  const auto bridged =
      plan(sound_forest(json(R"(,"bridges":[{"name":"both","links":["a-hub","hub-b"]}])")));
  EXPECT_EQ(bridged.connections.size(), 2U);
  EXPECT_TRUE(bridged.islands.empty());
}

TEST(PlanTest, LinksWhoseSchedulesNeverMeetMakeNoPath) {
  const std::string json =
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"hub"},{"name":"b"}],
          "links":[{"sites":["a","hub"],"cost":1,"schedule":"Mon 00:00-24:00"},
                   {"name":"dear","sites":["a","hub"],"cost":9,"schedule":"Tue 00:00-24:00"},
                   {"sites":["hub","b"],"cost":1,"schedule":"DAY 00:00-24:00"}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"b-1","site":"b"}]})";
  const auto on = [&json](const std::string& day) {
    std::string text = json;
    return sound_forest(text.replace(text.find("DAY"), 3, day));
  };
  EXPECT_TRUE(pulls(on("Wed"), "dc=corp").empty());
  EXPECT_EQ(plan(on("Wed")).islands.size(), 3U);
  // The cheap way into the hub is shut when the way out is open: the dear one must be found.
  EXPECT_EQ(pulls(on("Tue"), "dc=corp").front(), "a-1 <- b-1 over hub-b+dear");
}

TEST(PlanTest, PartialReplicasNeverFeedWritableOnes) {
  // a and c hold dc=north in full, b lies between and holds a partial copy; the cheap way is by b.
  const auto forest = sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"},{"dn":"dc=north"}],
          "sites":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}],
          "links":[{"sites":["a","b"],"cost":1},{"sites":["b","c"],"cost":1},{"sites":["c","d"],"cost":5},{"sites":["b","d"],"cost":4}],
          "controllers":[{"name":"a-1","site":"a","domain":"dc=north"},{"name":"b-1","site":"b","global_catalog":true},
                         {"name":"c-1","site":"c","domain":"dc=north"},{"name":"d-1","site":"d","global_catalog":true}]})");
  auto lines = pulls(forest, "dc=north");
  // b hangs on a or on c, at equal cost; that tie has its own rule.
  const auto into_b =
      std::ranges::find_if(lines, [](const auto& line) { return line.starts_with("b-1"); });
  ASSERT_NE(into_b, lines.end());
  lines.erase(into_b);
  EXPECT_EQ(lines,
            (Lines{"a-1 <- c-1 over b-c+a-b", "c-1 <- a-1 over a-b+b-c", "d-1 <- b-1 over b-d"}));
}

TEST(PlanTest, ReadOnlyControllersHangOnTheRingAndFeedNoOne) {
  const auto forest = sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"branch"}],"links":[{"sites":["a","branch"]}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"a-ro","site":"a","read_only":true},
                         {"name":"b-1","site":"branch","read_only":true},{"name":"b-2","site":"branch","read_only":true}]})");
  EXPECT_EQ(pulls(forest, "dc=corp"),
            (Lines{"a-ro <- a-1", "b-1 <- a-1 over a-branch", "b-2 <- a-1 over a-branch"}));
}

TEST(PlanTest, InsideASiteEachPullsFromBothNeighboursByGuid) {
  for (std::size_t count = 1; count <= 7; ++count) {
    std::string controllers;
    for (std::size_t at = 0; at < count; ++at) {
      controllers += fmt::format(R"({}{{"name":"a-{}","site":"a"}})", at == 0 ? "" : ",", at);
    }
    const auto forest = sound_forest(
        R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"}],"controllers":[)" +
        controllers + "]}");
    const auto analysis = analyse(forest, plan(forest));
    EXPECT_EQ(analysis.connections, count < 2 ? 0 : count == 2 ? 2 : 2 * count);
    EXPECT_EQ(analysis.naming_contexts.front().hops.worst, count / 2);
    EXPECT_EQ(analysis.naming_contexts.front().unreached, 0U);
  }
}

TEST(PlanTest, NamingContextsShareTheConnectionWhereTheSameControllersHoldThem) {
  const auto forest = sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"},{"dn":"dc=north"}],"sites":[{"name":"a"},{"name":"b"}],"links":[{"sites":["a","b"]}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"a-2","site":"a"},{"name":"b-1","site":"b"},{"name":"b-2","site":"b"},
                         {"name":"a-3","site":"a","domain":"dc=north"},{"name":"b-3","site":"b","domain":"dc=north"}]})");
  // One pair carries configuration, schema and one domain; the other domain needs its own pair.
  std::size_t between = 0;
  for (const auto& connection : plan(forest).connections) {
    if (connection.rule == Rule::site_tree) ++between;
  }
  EXPECT_EQ(between, 4U);
}

TEST(PlanTest, SaturatedCostsStillGiveATree) {
  const auto forest = sound_forest(forest_json(
      {"a", "b", "c"},
      R"({"sites":["a","b"],"cost":4294967295},{"sites":["b","c"],"cost":4294967295})"));
  EXPECT_EQ(analyse(forest, plan(forest)).connections, 4U);
  EXPECT_EQ(sites::Cost(4294967295U) + sites::Cost(5), sites::Cost(4294967295U));
}

/// The same for standby connections, with their rule.
std::vector<std::string> standbys(const sites::Forest& forest) {
  const Names names(forest);
  std::vector<std::string> texts;
  for (const Connection& connection : plan(forest).connections) {
    if (!connection.standby) continue;
    texts.push_back(fmt::format("{} <- {} {}", names.controller(connection.destination),
                                names.controller(connection.source), to_string(connection.rule)));
  }
  std::ranges::sort(texts);
  return texts;
}

TEST(StandbyTest, ASiteOfOneHasOnlyAnotherWay) {
  const auto forest = sound_forest(forest_json(
      {"a", "b", "c"},
      R"({"sites":["a","b"],"cost":1},{"sites":["b","c"],"cost":1},{"sites":["a","c"],"cost":5})"));
  EXPECT_EQ(standbys(forest), (Lines{"a-1 <- c-1 second_tree", "c-1 <- a-1 second_tree"}));
}

TEST(StandbyTest, TwoLinksBetweenTwoSitesAreBothUsed) {
  const auto forest = sound_forest(forest_json(
      {"a", "b"},
      R"({"name":"line","sites":["a","b"],"cost":1},{"name":"radio","sites":["a","b"],"cost":9})"));
  EXPECT_TRUE(standbys(forest).empty());  // the same two controllers: no second connection helps
}

TEST(StandbyTest, EitherBridgeheadOfALinkMayDie) {
  const auto forest = sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"b"}],"links":[{"sites":["a","b"]}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"a-2","site":"a"},
                         {"name":"b-1","site":"b"},{"name":"b-2","site":"b"}]})");
  const auto primary = pulls(forest, "dc=corp");
  const auto lines = standbys(forest);
  EXPECT_EQ(primary.size(), 6U);
  ASSERT_EQ(lines.size(), 2U);  // the two who do not carry the primary, both ways
  for (const auto& line : lines) {
    const auto pair = line.substr(0, line.find(" second_tree"));
    EXPECT_NE(pair, line) << line;
    EXPECT_TRUE(std::ranges::none_of(primary, [&](const auto& one) {
      return one.ends_with(" over a-b") && one.starts_with(pair.substr(0, 3));
    })) << line;
  }
}

TEST(StandbyTest, RedundancyOneIsATreeAlone) {
  auto forest = sample_forest("three-sites");
  EXPECT_FALSE(standbys(forest).empty());
  forest.policy.redundancy = 1;
  EXPECT_TRUE(standbys(forest).empty());
}

/// "e-1 <- c-1", the ways that a controller finds round those it has lost.
std::vector<std::string> ways_round(const sites::Forest& forest, const char* me,
                                    const std::vector<const char*>& lost) {
  const Names names(forest);
  std::set<sites::ControllerId> ids;
  for (const char* name : lost)
    ids.insert(find_controller(forest, name)->id);
  std::vector<std::string> texts;
  for (const Connection& connection :
       detours(forest, plan(forest), find_controller(forest, me)->id, ids)) {
    EXPECT_FALSE(connection.naming_contexts.empty());
    texts.push_back(fmt::format("{} <- {}", names.controller(connection.destination),
                                names.controller(connection.source)));
  }
  return texts;
}

TEST(DetourTest, ReachesWhoeverWasHeardThroughTheLost) {
  // c - d - e - a, and a dearer link from c to a.
  auto forest = sound_forest(forest_json(
      {"a", "c", "d", "e"},
      R"({"sites":["c","d"],"cost":10},{"sites":["d","e"],"cost":10},{"sites":["e","a"],"cost":10},{"sites":["c","a"],"cost":15})"));
  forest.policy.redundancy = 1;
  EXPECT_EQ(pulls(forest, "dc=corp"),
            (Lines{"a-1 <- e-1 over e-a", "c-1 <- d-1 over c-d", "d-1 <- c-1 over c-d",
                   "d-1 <- e-1 over d-e", "e-1 <- a-1 over e-a", "e-1 <- d-1 over d-e"}));
  EXPECT_TRUE(ways_round(forest, "e-1", {}).empty());
  // A plan without d-1 joins a and c; a-1 does not see the loss, so e-1 does it.
  EXPECT_EQ(ways_round(forest, "e-1", {"d-1"}), (Lines{"e-1 <- c-1"}));
  EXPECT_EQ(ways_round(forest, "c-1", {"d-1"}), (Lines{"c-1 <- a-1"}));
  EXPECT_EQ(ways_round(forest, "a-1", {"e-1"}), (Lines{"a-1 <- c-1"}));
  EXPECT_TRUE(ways_round(forest, "e-1", {"a-1", "c-1", "d-1"}).empty());  // nobody is left
}

TEST(DetourTest, WhoCallsIsPulledFromOverTheWaysBetweenTheTwo) {
  auto forest = sound_forest(forest_json(
      {"a", "b", "c"},
      R"({"sites":["a","b"],"cost":10,"interval":"30m"},{"sites":["b","c"],"cost":10,"interval":"2h"})"));
  const auto from = [&](const char* source, const char* me) {
    return pull_from(forest, find_controller(forest, source)->id, find_controller(forest, me)->id);
  };
  const auto found = from("a-1", "c-1");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->interval, std::chrono::hours(2));  // of the slowest link on the way
  EXPECT_EQ(found->naming_contexts.size(), forest.naming_contexts.size());
  EXPECT_EQ(found->path.size(), 2U);
  forest.controllers.front().read_only = true;  // a-1 gives nothing to anybody, and may still take
  ASSERT_EQ(forest.controllers.front().name, "a-1");
  EXPECT_EQ(from("a-1", "c-1"), std::nullopt);
  EXPECT_TRUE(from("c-1", "a-1").has_value());
  forest.links.clear();
  EXPECT_EQ(from("b-1", "c-1"), std::nullopt);  // no way at all
}

/// Who hears every writable replica of the first domain over all planned connections, standby too,
/// that neither touch `lost` nor cross `cut`.
bool all_hear_all(const sites::Forest& forest, sites::ControllerId lost, sites::SiteLinkId cut) {
  const auto& context = *std::ranges::find(forest.naming_contexts, sites::NamingContextKind::domain,
                                           &sites::NamingContext::kind);
  std::set<std::pair<sites::ControllerId, sites::ControllerId>> left;
  for (const Connection& connection : plan(forest).connections) {
    if (connection.source == lost || connection.destination == lost) continue;
    if (std::ranges::count(connection.path, cut) > 0) continue;
    if (!std::ranges::binary_search(connection.naming_contexts, context.id)) continue;
    left.emplace(connection.source, connection.destination);
  }
  sites::Forest rest = forest;
  std::erase_if(rest.controllers, [&](const auto& one) { return one.id == lost; });
  std::size_t writable = 0;
  std::size_t replicas = 0;
  for (const auto& controller : rest.controllers) {
    const auto kind = sites::replica_kind(controller, context);
    writable += kind == sites::ReplicaKind::writable ? 1U : 0U;
    replicas += kind != sites::ReplicaKind::none ? 1U : 0U;
  }
  return reach(rest, context, left).size() == writable * replicas;
}

TEST(StandbyTest, TheLossOfAnyControllerOfTheSampleIsSurvived) {
  const auto forest = sample_forest("three-sites");
  for (const auto& controller : forest.controllers)
    EXPECT_TRUE(all_hear_all(forest, controller.id, {})) << controller.name;
}

TEST(StandbyTest, TheLossOfAnySiteLinkOfTheSampleIsSurvived) {
  const auto forest = sample_forest("three-sites");
  for (const auto& link : forest.links)
    EXPECT_TRUE(all_hear_all(forest, {}, link.id)) << link.name;
}

}  // namespace
}  // namespace ringspan::kcc
