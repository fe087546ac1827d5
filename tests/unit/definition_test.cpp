// The history of definitions as objects, what a new definition cannot change, and writes that are
// void once something came between.

#include "replicator/configuration/definition.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "replicator/engine/engine.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"
#include "tests/unit/forests.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

using configuration::Definition;

constexpr base::Time kNow{std::chrono::days(19'000)};

class DefinitionTest : public testing::Test, protected tests::OneReplica {
 protected:
  DefinitionTest() : OneReplica(sample_forest("three-sites"), kNow) { apply(forest_, "h0", kNow); }

  std::string write(Write write) { return trouble_with(std::move(write)); }

  void apply(const sites::Forest& forest, const std::string& hash, base::Time when) {
    auto together = configuration::changes(*store_.read(), forest);
    const Definition definition{.hash = hash,
                                .who = "eve",
                                .when = when,
                                .summary = "because",
                                .forest = sites::write_forest(forest)};
    together.changes.emplace_back(configuration::record(definition, forest));
    EXPECT_EQ(write(std::move(together)), "");
  }

  std::vector<Definition> history() {
    return configuration::definitions_in(*store_.read(), context_);
  }

  NamingContextId context_ = configuration::configuration_of(forest_);
};

TEST_F(DefinitionTest, TheHistoryIsReadNewestFirstAndTheForestDoesNotSeeIt) {
  using namespace std::chrono_literals;
  sites::Forest second = forest_;
  second.links.front().cost = sites::Cost(7);
  apply(second, "h1", kNow + 1ms);
  const auto history = this->history();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].hash, "h1");
  EXPECT_EQ(history[0].who, "eve");
  EXPECT_EQ(history[0].when, kNow + 1ms);
  EXPECT_EQ(history[0].summary, "because");
  EXPECT_EQ(history[1].hash, "h0");
  const auto read = configuration::read(*store_.read(), context_);
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->forest == second);
  EXPECT_TRUE(read->findings.empty());
}

TEST_F(DefinitionTest, WhatTheHistoryKeepsLeadsBackAndForthAgain) {
  using namespace std::chrono_literals;
  sites::Forest second = forest_;
  std::erase_if(second.links, [](const auto& one) { return one.name == "nuuk-singapore"; });
  second.sites.front().subnets = {"10.9.0.0/16"};
  apply(second, "h1", kNow + 1ms);
  const auto first = sites::read_forest(history().back().forest, "forest");
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(*first == forest_);
  apply(*first, "h0", kNow + 2ms);
  EXPECT_TRUE(configuration::read(*store_.read(), context_)->forest == forest_);
  const auto again = sites::read_forest(history()[1].forest, "forest");
  ASSERT_TRUE(again.has_value());
  apply(*again, "h1", kNow + 3ms);
  EXPECT_TRUE(configuration::read(*store_.read(), context_)->forest == second);
}

TEST_F(DefinitionTest, AnEntryThatSomebodySpoiledIsLeftOut) {
  const ObjectId id = history().front().id;
  EXPECT_EQ(write(Set{.target = id, .attributes = {{"when", {"yesterday"}}}}), "");
  EXPECT_TRUE(history().empty());
  EXPECT_EQ(write(Delete{.target = id}), "");
  EXPECT_TRUE(history().empty());
  EXPECT_TRUE(configuration::read(*store_.read(), context_)->forest == forest_);
}

TEST_F(DefinitionTest, ATextThatIsTooLargeIsNotKept) {
  const Definition large{
      .hash = "h", .when = kNow, .forest = std::string(configuration::kLargestDefinition + 1, 'x')};
  EXPECT_EQ(write(configuration::record(large, forest_)), "");
  EXPECT_EQ(history().size(), 2U);
  EXPECT_TRUE(std::ranges::any_of(history(), [](const auto& one) { return one.forest.empty(); }));
  const Definition fits{.hash = "g",
                        .when = kNow + std::chrono::seconds(1),
                        .forest = std::string(configuration::kLargestDefinition, 'x')};
  EXPECT_EQ(write(configuration::record(fits, forest_)), "");
  EXPECT_EQ(history().front().forest.size(), configuration::kLargestDefinition);
}

TEST_F(DefinitionTest, AWriteIsVoidOnceItsNamingContextHasChanged) {
  const ObjectId policy(sites::id_from_name(forest_.id, "policy", "policy"));
  const auto together = [&](Usn since) {
    return Together{.changes = {Set{.target = policy, .attributes = {{"maxhops", {"5"}}}}},
                    .only_if = Unchanged{context_, since}};
  };
  const Usn seen = store_.read()->highest_usn();
  EXPECT_EQ(write(together(seen)), "");  // nothing came between
  EXPECT_NE(write(together(seen)), "");  // that write did
  // What happens in other naming contexts is no matter.
  const Usn now = store_.read()->highest_usn();
  const auto people = sites::Dn::parse("cn=x,ou=people");
  ASSERT_TRUE(people.has_value());
  EXPECT_EQ(write(Add{.dn = *people, .attributes = {}}), "");
  EXPECT_EQ(write(together(now)), "");
}

TEST_F(DefinitionTest, WhatCannotChangeIsNamedAllAtOnce) {
  configuration::Configuration standing{.forest = forest_, .keys = {}, .findings = {}};
  const auto& first = forest_.controllers.front();
  standing.keys[first.id] = "key";
  EXPECT_TRUE(configuration::obstacles(standing, forest_).empty());
  sites::Forest wanted = forest_;
  for (auto& controller : wanted.controllers)
    controller.read_only = true;  // one of them has joined
  wanted.naming_contexts.push_back({.id = NamingContextId(guids_.next()),
                                    .kind = sites::NamingContextKind::domain,
                                    .dn = "dc=eu,dc=corp,dc=example",
                                    .replicas = {}});
  const auto found = configuration::obstacles(standing, wanted);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NE(found[0].find("dc=eu"), std::string::npos);
  EXPECT_NE(found[1].find(first.name), std::string::npos);
  const auto gone = configuration::obstacles(standing, sound_forest(R"({
    "name": "corp", "domains": [{"dn": "dc=other"}], "sites": [{"name": "oslo"}],
    "controllers": [{"name": "oslo-1", "site": "oslo"}]})"));
  EXPECT_GE(gone.size(), 4U);  // the root domain, and each naming context of it
  sites::Forest other = forest_;
  other.id = sites::ForestId(guids_.next());
  ASSERT_EQ(configuration::obstacles(standing, other).size(), 1U);
  EXPECT_NE(configuration::obstacles(standing, other).front().find("guid"), std::string::npos);
}

}  // namespace
}  // namespace ringspan::replicator
