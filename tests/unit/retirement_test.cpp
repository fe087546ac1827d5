// Who may leave the forest, what remains without it, and what its engine does until it has left.

#include <gtest/gtest.h>

#include <algorithm>

#include "replicator/configuration/retirement.hpp"
#include "replicator/engine/ownership.hpp"
#include "replicator/engine/promotion.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

constexpr base::Time kNow{std::chrono::days(19'000)};

sites::Forest forest() {
  auto read = sites::read_forest(R"({
    "name": "corp", "domains": [{"dn": "dc=corp"}, {"dn": "dc=eu,dc=corp"}],
    "policy": {"recycle_bin": true},
    "sites": [{"name": "oslo"}, {"name": "rome"}],
    "links": [{"sites": ["oslo", "rome"]}],
    "controllers": [
      {"name": "oslo-1", "site": "oslo"}, {"name": "oslo-2", "site": "oslo"},
      {"name": "oslo-3", "site": "oslo", "read_only": true},
      {"name": "rome-1", "site": "rome", "domain": "dc=eu,dc=corp"}],
    "applications": [{"dn": "dc=apps,dc=corp", "replicas": ["oslo-1", "oslo-2"]}]})",
                                 "test.json");
  EXPECT_TRUE(read.has_value());
  return read.value_or(sites::Forest{});
}

ControllerId id_of(const sites::Forest& forest, std::string_view name) {
  return sites::find_controller(forest, name)->id;
}

std::map<ControllerId, std::string> keys(const sites::Forest& forest,
                                         const std::vector<std::string>& joined) {
  std::map<ControllerId, std::string> keys;
  for (const std::string& name : joined)
    keys[id_of(forest, name)] = "key of " + name;
  return keys;
}

TEST(Retirement, TheLastMemberThatTakesWritesOfANamingContextStays) {
  const sites::Forest all = forest();
  const auto why = [&](const char* name, const std::vector<std::string>& joined) {
    return configuration::why_needed(all, keys(all, joined), id_of(all, name));
  };
  const std::vector<std::string> everyone{"oslo-1", "oslo-2", "oslo-3", "rome-1"};
  EXPECT_TRUE(why("oslo-1", everyone).empty());
  EXPECT_TRUE(why("oslo-3", everyone).empty());
  ASSERT_EQ(why("rome-1", everyone).size(), 1U);
  EXPECT_EQ(why("rome-1", everyone).front(),
            "naming context dc=eu,dc=corp: rome-1 is the only member that takes writes of it; have "
            "another controller of its domain join first, or promote a read-only one (ringspan "
            "promote)");
  // Who has not joined, or only reads, keeps nothing.
  const auto alone = why("oslo-1", {"oslo-1", "oslo-3", "rome-1"});
  ASSERT_EQ(alone.size(), 2U);  // the configuration and the schema are at rome-1 as well
  EXPECT_NE(alone.back().find("dc="), std::string::npos);
  EXPECT_TRUE(why("oslo-2", {"oslo-1", "rome-1"}).empty());  // no member itself
}

TEST(Retirement, NothingOfItRemainsInTheDefinition) {
  sites::Forest all = forest();
  const ControllerId gone = id_of(all, "oslo-2");
  all.connections.push_back({.name = "by hand",
                             .destination = id_of(all, "oslo-1"),
                             .source = gone,
                             .enabled = true,
                             .schedule = {}});
  const sites::Forest left = configuration::without(all, gone);
  EXPECT_EQ(left.controllers.size(), 3U);
  EXPECT_TRUE(left.connections.empty());
  for (const sites::NamingContext& context : left.naming_contexts)
    EXPECT_EQ(std::ranges::count(context.replicas, gone), 0) << context.dn;
}

class Leaver : public testing::Test, protected tests::OneReplica {
 protected:
  Leaver() : OneReplica(forest(), kNow) {
    step(PolicyChanged{{.recycle_bin = true}});
    EXPECT_EQ(apply(forest_), "");
  }

  std::string apply(const sites::Forest& wanted) {
    return trouble_with(configuration::changes(*store_.read(), wanted));
  }
  configuration::Configuration read() {
    return configuration::read(*store_.read(), configuration::configuration_of(forest_)).value();
  }
};

TEST_F(Leaver, ItsKeyGoesForGoodAlsoWhereTheRecycleBinKeepsItsObject) {
  const ControllerId rome = id_of(forest_, "rome-1");
  ASSERT_EQ(trouble_with(configuration::membership(rome, "aa11", 0)), "");
  ASSERT_EQ(trouble_with(configuration::retires(rome, {"admin", kNow})), "");
  EXPECT_TRUE(read().keys.contains(rome));
  EXPECT_EQ(read().pauses.at(rome).retiring, (configuration::Pause{"admin", kNow}));
  EXPECT_FALSE(configuration::was_removed(*store_.read(), configuration::configuration_of(forest_),
                                          "ROME-1"));
  ASSERT_EQ(apply(configuration::without(forest_, rome)), "");
  EXPECT_TRUE(configuration::was_removed(*store_.read(), configuration::configuration_of(forest_),
                                         "ROME-1"));
  ASSERT_EQ(apply(forest_), "");
  EXPECT_NE(sites::find_controller(read().forest, rome), nullptr);
  EXPECT_FALSE(read().keys.contains(rome));
  EXPECT_FALSE(read().pauses.contains(rome));
}

TEST_F(Leaver, GivesRolesAwayAndWritesNothingElse) {
  step(PolicyChanged{{.recycle_bin = true, .retiring = true}});
  const Set title{.target = sites::Dn::parse("ou=people").value(),
                  .attributes = {{"title", {"x"}}}};
  EXPECT_NE(trouble_with(title).find("being retired"), std::string::npos);
  const RoleId rid{MasterRole::rid, forest_.root_domain};
  EXPECT_NE(trouble_with(SeizeRole{.role = rid, .who = "admin", .why = {}}), "");
  EXPECT_EQ(trouble_with(GiveRole{.role = rid,
                                  .to = id_of(forest_, "oslo-2"),
                                  .invocation = InvocationId(guids_.next()),
                                  .who = "admin",
                                  .why = {},
                                  .request = {}}),
            "");
  step(PolicyChanged{{.recycle_bin = true}});
  EXPECT_EQ(trouble_with(title), "");
}

TEST_F(Leaver, AReadOnlyOneMayBecomeWritableAndNoOtherKindChanges) {
  for (const sites::Controller& controller : forest_.controllers)
    ASSERT_EQ(trouble_with(configuration::membership(controller.id, "key", 0)), "");
  const auto obstacles = [&](const char* name, bool read_only, bool global_catalog) {
    sites::Forest wanted = forest_;
    for (sites::Controller& controller : wanted.controllers) {
      if (controller.name != name) continue;
      controller.read_only = read_only;
      controller.global_catalog = global_catalog;
    }
    return configuration::obstacles(read(), wanted).size();
  };
  EXPECT_EQ(obstacles("oslo-3", true, false), 0U);
  EXPECT_EQ(obstacles("oslo-3", false, false), 0U);
  EXPECT_EQ(obstacles("oslo-3", false, true), 1U);
  EXPECT_EQ(obstacles("oslo-2", true, false), 1U);
}

TEST(Promotion, IsNotedForEveryLaterStart) {
  store::MemoryStore store;
  EXPECT_EQ(promoted_as(*store.read()), std::nullopt);
  const InvocationId next(base::Guid::from_name(base::Guid{}, "next"));
  const auto transaction = store.begin();
  note_promotion(*transaction, next);
  transaction->commit();
  EXPECT_EQ(promoted_as(*store.read()), next);
}

}  // namespace
}  // namespace ringspan::replicator
