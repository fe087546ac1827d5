// Two plans side by side: connections, hops, cost, and who would be cut off; and two definitions,
// in words.

#include "kcc/compare.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "kcc/names.hpp"
#include "sites/forest_changes.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

using Lines = std::vector<std::string>;

void set_cost(sites::Forest& forest, const std::string& link, std::uint32_t cost) {
  for (auto& one : forest.links) {
    if (one.name == link) one.cost = sites::Cost(cost);
  }
}

void remove_link(sites::Forest& forest, const std::string& link) {
  std::erase_if(forest.links, [&](const auto& one) { return one.name == link; });
}

void remove_controller(sites::Forest& forest, const std::string& name) {
  std::erase_if(forest.controllers, [&](const auto& one) { return one.name == name; });
}

/// "nuuk-1 removed", "nuuk-1: corp", for each that is cut off.
Lines cut_off(const sites::Forest& before, const sites::Forest& after) {
  const Names names(before);
  Lines lines;
  for (const CutOff& one : compare(planned(before), planned(after)).cut_off) {
    std::string line = names.controller(one.controller) + (one.removed ? " removed" : ":");
    for (const auto& context : names.in_order(one.naming_contexts))
      line += " " + names.nickname(context);
    lines.push_back(line);
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(Compare, TheSameForestDiffersInNothing) {
  for (const char* name : {"two-sites", "three-sites", "branch-offices"}) {
    const auto side = planned(sample_forest(name));
    const Comparison comparison = compare(side, side);
    EXPECT_TRUE(comparison.added.empty() && comparison.removed.empty());
    EXPECT_TRUE(comparison.changed.empty() && comparison.cut_off.empty());
    ASSERT_FALSE(comparison.naming_contexts.empty());
    for (const ComparedContext& context : comparison.naming_contexts)
      EXPECT_EQ(context.before, context.after);
  }
}

TEST(Compare, ACheaperLinkMovesTheTreeAndItsPrice) {
  auto before = sample_forest("three-sites");
  before.policy.redundancy = 1;  // the tree alone
  auto after = before;
  set_cost(after, "nuuk-singapore", 10);
  const Comparison comparison = compare(planned(before), planned(after));
  EXPECT_EQ(comparison.added.size(), 2U);  // nuuk and singapore, each way
  EXPECT_EQ(comparison.removed.size(), 2U);
  EXPECT_TRUE(comparison.cut_off.empty());
  const auto& context = comparison.naming_contexts.front();
  EXPECT_EQ(context.before->tree_cost, 250U);
  EXPECT_EQ(context.after->tree_cost, 110U);
  // And back: what was added goes, what was removed comes.
  const Comparison back = compare(planned(after), planned(before));
  EXPECT_EQ(back.added, comparison.removed);
  EXPECT_EQ(back.removed, comparison.added);
}

TEST(Compare, AConnectionThatStaysAndIsCrossedOtherwiseHasChanged) {
  const auto before = sample_forest("two-sites");
  auto after = before;
  for (auto& link : after.links)
    link.notify = !link.notify;
  const Comparison comparison = compare(planned(before), planned(after));
  EXPECT_TRUE(comparison.added.empty() && comparison.removed.empty());
  EXPECT_EQ(comparison.changed.size(), 2U);
  for (const ChangedConnection& one : comparison.changed)
    EXPECT_NE(one.before.notify, one.after.notify);
}

TEST(Compare, WhoeverIsRemovedOrStandsOnNoPathIsCutOff) {
  const auto before = sample_forest("three-sites");
  auto without = before;
  remove_controller(without, "nuuk-2");
  EXPECT_EQ(cut_off(before, without), Lines{"nuuk-2 removed"});
  auto alone = before;
  remove_link(alone, "nuuk-singapore");
  EXPECT_EQ(cut_off(before, alone), Lines{});
  remove_link(alone, "oslo-singapore");
  EXPECT_EQ(cut_off(before, alone), (Lines{"singapore-1: configuration schema corp",
                                           "singapore-2: configuration schema corp"}));
  // It was cut off before; what comes next does not do it again.
  auto next = alone;
  set_cost(next, "oslo-nuuk", 5);
  EXPECT_EQ(cut_off(alone, next), Lines{});
  EXPECT_EQ(cut_off(alone, before), Lines{});
}

TEST(Compare, AReadOnlyReplicaWithoutASourceIsCutOff) {
  const auto forest = sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"branch"}],
          "links":[{"sites":["a","branch"]}],
          "controllers":[{"name":"a-1","site":"a"},
                         {"name":"b-1","site":"branch","read_only":true}]})");
  auto after = forest;
  after.links.clear();
  EXPECT_EQ(cut_off(forest, after), Lines{"b-1: configuration schema corp"});
  after = forest;
  remove_controller(after, "a-1");
  EXPECT_EQ(cut_off(forest, after), (Lines{"a-1 removed", "b-1: configuration schema corp"}));
}

TEST(Compare, AnyTwoForestsCompareAndBackwardsIsTheMirror) {
  base::Rng rng(11);
  for (int round = 0; round < 60; ++round) {
    const auto before = planned(scrambled(random_forest(rng), rng));
    const auto after = planned(scrambled(random_forest(rng), rng));
    const Comparison there = compare(before, after);
    const Comparison back = compare(after, before);
    EXPECT_EQ(there.added, back.removed);
    EXPECT_EQ(there.removed, back.added);
    EXPECT_EQ(there.changed.size(), back.changed.size());
  }
}

TEST(ForestChanges, AreSaidInTheWordsOfTheFile) {
  const auto before = sample_forest("three-sites");
  EXPECT_EQ(sites::changes_in_words(before, before), Lines{});
  auto after = before;
  set_cost(after, "oslo-nuuk", 50);
  after.links.front().notify = false;
  remove_controller(after, "singapore-2");
  after.policy.max_hops = 4;
  auto rome = after.controllers.front();
  rome.id = sites::ControllerId(sites::id_from_name(after.id, "controller", "rome-1"));
  rome.name = "rome-1";
  rome.address = "127.0.0.1:9";
  rome.site = after.sites.front().id;
  after.controllers.push_back(rome);
  const auto lines = sites::changes_in_words(before, after);
  const auto says = [&](const std::string& line) {
    return std::ranges::any_of(lines, [&](const auto& one) { return one.find(line) == 0; });
  };
  EXPECT_TRUE(says("forest corp: max_hops 8 -> 4"));
  EXPECT_TRUE(says("site link oslo-nuuk: cost 100 -> 50"));
  EXPECT_TRUE(says("controller singapore-2 removed"));
  EXPECT_TRUE(
      says("controller rome-1 added: site " + after.sites.front().name + "; address 127.0.0.1:9"));
  EXPECT_NE(sites::summary_of(lines).find("; and "), std::string::npos);
  EXPECT_EQ(sites::summary_of({"a", "b"}), "a; b");
}

TEST(ForestChanges, ALongSummaryIsCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 400; ++i)
    name += "\xc3\xb8";  // two bytes each
  const std::string cut = sites::summary_of({"x" + name});
  EXPECT_LE(cut.size(), 403U);
  EXPECT_TRUE(cut.ends_with("\xc3\xb8..."));
}

}  // namespace
}  // namespace ringspan::kcc
