// Stories of application contexts that change hands, in virtual time on the real engine.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "replicator/configuration/contexts.hpp"
#include "replicator/simulator/world.hpp"
#include "sites/naming_context.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;
using namespace replicator;
using simulator::World;

sites::Forest three_sites() {
  auto forest = sites::read_forest(
      R"({"name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
          "sites": [{"name": "oslo"}, {"name": "rome"}, {"name": "nuuk"}],
          "links": [{"name": "all", "sites": ["oslo", "rome", "nuuk"]}],
          "controllers": [{"name": "o1", "site": "oslo"}, {"name": "r1", "site": "rome"},
                          {"name": "n1", "site": "nuuk"}]})",
      "three.json");
  EXPECT_TRUE(forest.has_value());
  return forest.value_or(sites::Forest{});
}

class Contexts : public testing::Test {
 protected:
  using Names = std::vector<std::string>;

  static sites::Dn dn(const std::string& text) {
    return sites::Dn::parse(text).value_or(sites::Dn{});
  }

  /// The naming context dc=apps is held by these from now on; by nobody: it is removed.
  bool give(const std::string& at, const Names& names) {
    sites::Forest forest = *world_.definition(at);
    std::vector<ControllerId> replicas;
    for (const std::string& name : names)
      replicas.push_back(sites::find_controller(forest, name)->id);
    std::erase_if(forest.naming_contexts,
                  [](const auto& context) { return context.dn == "dc=apps"; });
    if (!replicas.empty()) sites::add_application(forest, dn("dc=apps"), replicas);
    return world_
        .apply(at,
               configuration::with_lasting_ids(forest, *world_.definition(at), **world_.read(at)))
        .has_value();
  }

  /// The object of a write in dc=apps; nil where it was refused.
  ObjectId write(const std::string& at, const std::string& name) {
    const auto written =
        world_.write(at, Add{.dn = dn("cn=" + name + ",dc=apps"), .attributes = {}});
    return written ? written->object : ObjectId{};
  }

  bool has(const std::string& at, ObjectId object) {
    return (*world_.read(at))->find(object).has_value();
  }

  /// Is anything of a naming context kept there that is no one else's?
  bool keeps_apps(const std::string& at) {
    const auto kept = (*world_.read(at))->contexts();
    return kept.size() > 3;  // configuration, schema, domain
  }

  World world_{three_sites(), {.founder = "o1", .configuration = true}};
};

TEST_F(Contexts, ANewOneIsFilledWhereItIsHeldAndNowhereElse) {
  ASSERT_TRUE(give("o1", {"o1", "r1"}));
  const ObjectId early = write("o1", "early");
  ASSERT_NE(early, ObjectId{});
  EXPECT_EQ(write("r1", "early"), ObjectId{});  // has not heard of it
  world_.run_for(1min);
  EXPECT_TRUE(has("r1", early));
  EXPECT_FALSE(keeps_apps("n1"));
  EXPECT_EQ(write("n1", "x"), ObjectId{});
  const ObjectId late = write("r1", "late");
  ASSERT_NE(late, ObjectId{});
  ASSERT_TRUE(give("n1", {"o1", "r1", "n1"}));
  world_.run_for(1min);
  EXPECT_TRUE(has("n1", early));
  EXPECT_TRUE(has("n1", late));
  EXPECT_EQ(world_.divergence(), "");
  EXPECT_EQ(world_.broken_invariant(), "");
}

TEST_F(Contexts, WhatOnlyTheLeavingOneHasIsNotLost) {
  ASSERT_TRUE(give("o1", {"o1", "r1"}));
  world_.run_for(1min);
  ASSERT_TRUE(world_.cut("o1", "r1") && world_.cut("o1", "n1"));
  const ObjectId unsent = write("o1", "unsent");
  ASSERT_NE(unsent, ObjectId{});
  ASSERT_TRUE(give("r1", {"r1", "n1"}));
  world_.run_for(10min);
  EXPECT_TRUE(has("o1", unsent));
  ASSERT_TRUE(world_.crash("o1"));
  world_.heal_all();
  world_.run_for(10min);
  EXPECT_TRUE(has("r1", unsent));
  EXPECT_TRUE(has("n1", unsent));
  EXPECT_FALSE(keeps_apps("o1"));
  EXPECT_EQ(world_.broken_invariant(), "");
}

TEST_F(Contexts, WhoGetsItAgainGetsItsFormerWritesTooWhoeverHasThem) {
  ASSERT_TRUE(give("o1", {"o1", "r1", "n1"}));
  world_.run_for(1min);
  ASSERT_TRUE(world_.cut("n1", "o1") && world_.cut("n1", "r1"));
  const ObjectId before = write("o1", "before");
  ASSERT_TRUE(give("r1", {"r1", "n1"}));
  world_.run_for(10min);
  ASSERT_TRUE(has("r1", before));
  ASSERT_FALSE(keeps_apps("o1"));
  // It is filled by the one that lacks what it wrote.
  ASSERT_TRUE(world_.cut("r1", "o1") && world_.heal("n1", "o1"));
  world_.run_for(20min);
  ASSERT_TRUE(give("o1", {"o1", "r1", "n1"}));
  world_.run_for(20min);
  ASSERT_TRUE(keeps_apps("o1"));
  ASSERT_FALSE(has("o1", before));
  const ObjectId after = write("o1", "after");
  ASSERT_NE(after, ObjectId{});
  world_.heal_all();
  world_.run_for(30min);
  for (const char* name : {"o1", "r1", "n1"}) {
    EXPECT_TRUE(has(name, before)) << name;
    EXPECT_TRUE(has(name, after)) << name;
  }
  EXPECT_EQ(world_.divergence(), "");
  EXPECT_EQ(world_.broken_invariant(), "");
}

TEST_F(Contexts, OfTwoThatLeaveItToEachOtherOneKeepsIt) {
  ASSERT_TRUE(give("o1", {"o1", "r1"}));
  const ObjectId object = write("o1", "x");
  world_.run_for(1min);
  ASSERT_TRUE(world_.cut("o1", "r1") && world_.cut("o1", "n1"));
  ASSERT_TRUE(give("o1", {"r1"}));
  ASSERT_TRUE(give("r1", {"o1"}));
  world_.run_for(10min);
  EXPECT_TRUE(keeps_apps("o1"));
  EXPECT_TRUE(keeps_apps("r1"));
  world_.heal_all();
  world_.run_for(10min);
  EXPECT_NE(keeps_apps("o1"), keeps_apps("r1"));
  EXPECT_TRUE(has("o1", object) || has("r1", object));
  EXPECT_EQ(world_.broken_invariant(), "");
}

TEST_F(Contexts, ARemovedOneIsForgottenAndDoesNotComeBackWithItsName) {
  ASSERT_TRUE(give("o1", {"o1", "r1"}));
  const ObjectId former = write("o1", "former");
  world_.run_for(1min);
  ASSERT_TRUE(has("r1", former));
  ASSERT_TRUE(world_.stop("r1"));
  ASSERT_TRUE(give("o1", {}));
  EXPECT_FALSE(keeps_apps("o1"));
  ASSERT_TRUE(give("o1", {"o1", "r1"}));
  const ObjectId present = write("o1", "present");
  ASSERT_NE(present, ObjectId{});
  ASSERT_TRUE(world_.start("r1"));  // has slept through both
  world_.run_for(10min);
  EXPECT_TRUE(has("r1", present));
  EXPECT_FALSE(has("r1", former));
  EXPECT_FALSE(has("o1", former));
  EXPECT_EQ(world_.divergence(), "");
  EXPECT_EQ(world_.broken_invariant(), "");
}

}  // namespace
}  // namespace ringspan::tests
