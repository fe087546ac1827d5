// Every single loss, by brute force: what the plan with its standbys still joins must be all that
// any legal set of connections could join. RINGSPAN_FIRST_SEED and RINGSPAN_SEEDS choose forests.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "kcc/analyse.hpp"
#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"
#include "tests/unit/judge.hpp"

namespace ringspan {
namespace {

using kcc::Connection;
using kcc::Topology;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// The planned pulls of a context, standbys too, that neither touch `lost` nor cross `cut`.
std::set<ControllerPair> left_of(const Topology& topology, const sites::NamingContext& context,
                                 sites::ControllerId lost, sites::SiteLinkId cut) {
  std::set<ControllerPair> left;
  for (const Connection& one : topology.connections) {
    if (one.source == lost || one.destination == lost) continue;
    if (kcc::falls_with(one, cut)) continue;
    if (!std::ranges::binary_search(one.naming_contexts, context.id)) continue;
    left.emplace(one.source, one.destination);
  }
  return left;
}

sites::Forest without(sites::Forest forest, sites::ControllerId lost, sites::SiteLinkId cut) {
  std::erase_if(forest.controllers, [&](const auto& one) { return one.id == lost; });
  std::erase_if(forest.links, [&](const auto& one) { return one.id == cut; });
  return forest;
}

/// Whether all sites with controllers hang together without the link.
bool is_bridge(const sites::Forest& forest, sites::SiteLinkId cut) {
  std::set<sites::SiteId> reached{forest.controllers.front().site};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& link : forest.links) {
      if (link.id == cut) continue;
      if (std::ranges::none_of(link.sites, [&](auto site) { return reached.contains(site); })) {
        continue;
      }
      reached.insert(link.sites.begin(), link.sites.end());
    }
  }
  return std::ranges::any_of(forest.controllers,
                             [&](const auto& one) { return !reached.contains(one.site); });
}

std::size_t wanted_pairs(const sites::Forest& forest, const sites::NamingContext& context) {
  std::size_t writable = 0;
  std::size_t replicas = 0;
  for (const auto& controller : forest.controllers) {
    const auto kind = sites::replica_kind(controller, context);
    writable += kind == sites::ReplicaKind::writable ? 1U : 0U;
    replicas += kind != sites::ReplicaKind::none ? 1U : 0U;
  }
  return writable * replicas;
}

bool all_hear_all(const sites::Forest& forest, const Topology& topology, sites::ControllerId lost,
                  sites::SiteLinkId cut) {
  const sites::Forest rest = without(forest, lost, cut);
  return std::ranges::all_of(forest.naming_contexts, [&](const auto& context) {
    return reach(rest, context, left_of(topology, context, lost, cut)).size() ==
           wanted_pairs(rest, context);
  });
}

double inbound_of(const sites::Forest& forest, const Topology& topology) {
  return static_cast<double>(topology.connections.size()) /
         static_cast<double>(forest.controllers.size());
}

/// A map of a network gets two controllers a site.
sites::Forest forest_of(const std::string& sample) {
  return sample.starts_with("wan/") ? map_forest(sample, 2) : sample_forest(sample);
}

class SampleSurvival : public testing::TestWithParam<std::string> {};

TEST_P(SampleSurvival, AnyControllerAndAnyLinkThatIsNoBridgeMayBeLost) {
  const auto forest = forest_of(GetParam());
  const auto topology = kcc::plan(forest);
  for (const auto& controller : forest.controllers)
    EXPECT_TRUE(all_hear_all(forest, topology, controller.id, {})) << controller.name;
  for (const auto& link : forest.links) {
    EXPECT_EQ(all_hear_all(forest, topology, {}, link.id), !is_bridge(forest, link.id))
        << link.name;
  }
  std::cout << fmt::format("{}: {:.2f} inbound connections a controller\n", GetParam(),
                           inbound_of(forest, topology));
  EXPECT_LE(inbound_of(forest, topology), 3.4);
}

INSTANTIATE_TEST_SUITE_P(Samples, SampleSurvival,
                         testing::Values("two-sites", "three-sites", "geant", "wan/zoo-Abilene",
                                         "wan/zoo-AttMpls", "wan/zoo-HurricaneElectric"),
                         [](const auto& sample) {
                           std::string name = sample.param;
                           std::erase(name, '-');
                           std::erase(name, '/');
                           return name;
                         });

/// 3 to 12 sites of 1 to 3 controllers, some read-only, with a tree of links and some more.
sites::Forest narrow_forest(base::Rng& rng) {
  const std::size_t count = 3 + rng.below(10);
  std::vector<std::string> sites;
  std::vector<std::string> links;
  std::vector<std::string> controllers;
  const auto link = [&](std::size_t left, std::size_t right) {
    links.push_back(fmt::format(R"({{"name":"l{}","sites":["s{}","s{}"],"cost":{}}})", links.size(),
                                left, right, 1 + rng.below(5)));
  };
  for (std::size_t at = 0; at < count; ++at) {
    sites.push_back(fmt::format(R"({{"name":"s{}"}})", at));
    if (at > 0) link(at, rng.below(at));
    for (std::uint64_t more = 1 + rng.below(3); more > 0; --more) {
      controllers.push_back(fmt::format(
          R"({{"name":"s{0}-{1}","site":"s{0}","read_only":{2},"domain":"dc=d{3}","global_catalog":{4}}})",
          at, more, rng.chance(1, 8), rng.chance(1, 6) ? 1 : 0, rng.chance(1, 3)));
    }
  }
  for (std::uint64_t more = rng.below(count); more > 0; --more) {
    const std::size_t left = rng.below(count);
    const std::size_t right = rng.below(count);
    if (left != right) link(left, right);
  }
  std::string bridges;
  if (links.size() > 2 && rng.chance(1, 2)) {
    bridges = R"(,"bridges":[{"name":"some","links":["l0","l1","l2"]}])";
  }
  const auto joined = [](const std::vector<std::string>& parts) {
    return std::accumulate(
        std::next(parts.begin()), parts.end(), parts.front(),
        [](const std::string& all, const std::string& one) { return all + "," + one; });
  };
  return sound_forest(fmt::format(
      R"({{"name":"narrow","domains":[{{"dn":"dc=d0"}},{{"dn":"dc=d1"}}],"sites":[{}],"links":[{}],"controllers":[{}],"policy":{{"bridge_all_site_links":{}}}{}}})",
      joined(sites), joined(links), joined(controllers), rng.chance(3, 4), bridges));
}

std::string name_of(const std::set<ControllerPair>& pairs, const sites::Forest& forest) {
  std::string text;
  for (const auto& [from, to] : pairs) {
    text += fmt::format(" {}>{}", find_controller(forest, from)->name,
                        find_controller(forest, to)->name);
  }
  return text;
}

std::set<ControllerPair> missing(const std::set<ControllerPair>& wanted,
                                 const std::set<ControllerPair>& got) {
  std::set<ControllerPair> rest;
  std::ranges::set_difference(wanted, got, std::inserter(rest, rest.end()));
  return rest;
}

/// What is judged of one context for one loss: the pairs that heard each other, still could, and do
/// not. What hears whom while nothing is lost is judged by the tests of the plan.
void judge_loss(const sites::Forest& forest, const Topology& topology,
                const sites::NamingContext& context, const SitePairCosts& paths,
                sites::ControllerId lost, sites::SiteLinkId cut, const std::string& name) {
  const sites::Forest rest = without(forest, lost, cut);
  const auto allowed = allowed_pulls(rest, context, paths);
  const auto before = reach(forest, context, left_of(topology, context, {}, {}));
  auto apart = missing(reach(rest, context, allowed),
                       reach(rest, context, left_of(topology, context, lost, cut)));
  std::erase_if(apart, [&before](const ControllerPair& pair) { return !before.contains(pair); });
  EXPECT_TRUE(apart.empty()) << name << " lost, " << context.dn << ":" << name_of(apart, forest);
}

void judge_every_loss(const sites::Forest& forest) {
  const auto topology = kcc::plan(forest);
  const auto paths = legal_paths(forest);
  for (const auto& context : forest.naming_contexts) {
    for (const auto& one : forest.controllers)
      judge_loss(forest, topology, context, paths, one.id, {}, one.name);
  }
  for (const auto& link : forest.links) {
    const auto detours = legal_paths(without(forest, {}, link.id));
    for (const auto& context : forest.naming_contexts)
      judge_loss(forest, topology, context, detours, {}, link.id, link.name);
  }
}

template <typename Make>
void over_seeds(Make make, std::uint64_t otherwise) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  const std::uint64_t seeds = from_environment("RINGSPAN_SEEDS", otherwise);
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    base::Rng rng(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    judge_every_loss(make(rng));
    if (testing::Test::HasFailure()) return;
  }
}

/// 40 to 80 sites on a long ladder of links, all controllers writable. A tight bound hangs them
/// together over paths of many links, so that losing one link takes connections of both trees.
sites::Forest stretched_forest(base::Rng& rng) {
  const std::size_t count = 40 + rng.below(41);
  const std::uint64_t fewest = rng.chance(1, 4) ? 1 : 2;  // controllers of a site
  std::string sites;
  std::string links;
  std::string controllers;
  std::size_t made = 0;
  const auto link = [&](std::size_t left, std::size_t right) {
    links += fmt::format(R"({}{{"name":"l{}","sites":["s{}","s{}"],"cost":{}}})",
                         made == 0 ? "" : ",", made, left, right, 1 + rng.below(100));
    ++made;
  };
  for (std::size_t at = 0; at < count; ++at) {
    sites += fmt::format(R"({}{{"name":"s{}"}})", at == 0 ? "" : ",", at);
    if (at > 0) link(at - 1 - rng.below(std::min<std::size_t>(at, 2)), at);
    if (at > 6 && rng.chance(1, 2)) link(at - 2 - rng.below(5), at);
    if (rng.chance(1, 4)) continue;  // nobody there: paths go on
    for (std::uint64_t more = fewest + rng.below(2); more > 0; --more) {
      controllers += fmt::format(R"({0}{{"name":"s{1}-{2}","site":"s{1}"}})",
                                 controllers.empty() ? "" : ",", at, more);
    }
  }
  return sound_forest(fmt::format(
      R"({{"name":"stretched","domains":[{{"dn":"dc=d0"}}],"sites":[{}],"links":[{}],"controllers":[{}],"policy":{{"max_hops":{}}}}})",
      sites, links, controllers, rng.pick(std::vector{4, 6, 8})));
}

/// By site, the lowest site that links other than `cut` join it to.
std::map<sites::SiteId, sites::SiteId> parts_without(const sites::Forest& forest,
                                                     sites::SiteLinkId cut) {
  std::map<sites::SiteId, sites::SiteId> parts;
  for (const auto& site : forest.sites)
    parts[site.id] = site.id;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& link : forest.links) {
      if (link.id == cut) continue;
      sites::SiteId lowest = parts[link.sites.front()];
      for (const auto id : link.sites)
        lowest = std::min(lowest, parts[id]);
      for (const auto id : link.sites)
        changed = std::exchange(parts[id], lowest) != lowest || changed;
    }
  }
  return parts;
}

/// Everyone whom `head` leads to over the pulls; backwards: who leads to it.
std::set<sites::ControllerId> flooded(const std::set<ControllerPair>& pulls,
                                      sites::ControllerId head, bool backwards) {
  std::map<sites::ControllerId, std::vector<sites::ControllerId>> next;
  for (const auto& [from, to] : pulls)
    next[backwards ? to : from].push_back(backwards ? from : to);
  std::set<sites::ControllerId> seen{head};
  std::vector<sites::ControllerId> front{head};
  while (!front.empty()) {
    const auto at = front.back();
    front.pop_back();
    for (const auto other : next[at])
      if (seen.insert(other).second) front.push_back(other);
  }
  return seen;
}

/// All are writable, so whoever some legal path could still join hears each other if one of each
/// part hears and tells all of it: on both sides of a bridge too.
void expect_parts_whole(const sites::Forest& forest, const Topology& topology,
                        sites::ControllerId lost, sites::SiteLinkId cut, const std::string& name) {
  const auto part_of = parts_without(forest, cut);
  std::map<sites::SiteId, std::set<sites::ControllerId>> parts;
  for (const auto& one : forest.controllers)
    if (one.id != lost) parts[part_of.at(one.site)].insert(one.id);
  const auto left = left_of(topology, forest.naming_contexts.front(), lost, cut);
  for (const auto& [site, members] : parts) {
    EXPECT_EQ(flooded(left, *members.begin(), false), members) << name << " lost: not told";
    EXPECT_EQ(flooded(left, *members.begin(), true), members) << name << " lost: not heard";
  }
}

/// Whether its path begins at its source and ends at its destination.
bool leads_there(const sites::Forest& forest, const Connection& connection) {
  const auto touches = [&](sites::SiteLinkId id, sites::ControllerId end) {
    const auto link = std::ranges::find(forest.links, id, &sites::SiteLink::id);
    return std::ranges::find(link->sites, find_controller(forest, end)->site) != link->sites.end();
  };
  return touches(connection.path.front(), connection.source) &&
         touches(connection.path.back(), connection.destination);
}

TEST(SurvivalLawTest, StretchedForestsHoldTogetherOnEachSideOfEveryLoss) {
  constexpr std::uint64_t kForests = 30;
  std::size_t mended = 0;
  std::size_t detours = 0;
  for (std::uint64_t seed = 1; seed <= kForests && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Rng rng(seed);
    const auto forest = stretched_forest(rng);
    const auto topology = kcc::plan(forest);
    for (const Connection& one : topology.connections) {
      if (one.rule != kcc::Rule::mending) continue;
      ++mended;
      detours += one.path.size() > 1 ? 1U : 0U;
      EXPECT_TRUE(leads_there(forest, one));
    }
    for (const auto& one : forest.controllers)
      expect_parts_whole(forest, topology, one.id, {}, one.name);
    for (const auto& link : forest.links)
      expect_parts_whole(forest, topology, {}, link.id, link.name);
  }
  EXPECT_GT(mended, 20U);   // two trees do not make it so by themselves
  EXPECT_LT(mended, 100U);  // nor does it take more than a few
  EXPECT_GT(detours, 5U);
}

TEST(SurvivalLawTest, NarrowForestsSurviveEveryLossThatCanBeSurvived) {
  over_seeds(narrow_forest, 150);
}

/// What mends a loss for one domain carries the changes of an island of another one further.
TEST(SurvivalLawTest, WhatMendingBringsFurtherSurvivesLossesToo) {
  base::Rng rng(2470);
  judge_every_loss(narrow_forest(rng));
}

TEST(SurvivalLawTest, OddForestsSurviveEveryLossThatCanBeSurvived) {
  over_seeds(random_forest, 400);
}

}  // namespace
}  // namespace ringspan
