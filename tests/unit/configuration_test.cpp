// The forest as objects of the directory: written, read again, changed, and merged from two edits.

#include <gtest/gtest.h>

#include "replicator/configuration/configuration.hpp"
#include "replicator/configuration/expiry.hpp"
#include "replicator/engine/engine.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"
#include "tests/unit/forests.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

using configuration::Item;
using configuration::ItemKind;

constexpr base::Time kNow{std::chrono::days(19'000)};

sites::Forest forest_of(const std::string& text) {
  auto forest = sites::read_forest(text, "test.json");
  EXPECT_TRUE(forest.has_value()) << (forest ? "" : to_string(forest.error().front()));
  return forest.value_or(sites::Forest{});
}

const char* const kForest = R"({
  "name": "corp", "domains": [{"dn": "dc=corp,dc=example"}, {"dn": "dc=eu,dc=corp,dc=example"}],
  "policy": {"max_hops": 5, "redundancy": 1, "tombstone_lifetime": "60d", "recycle_bin": true,
             "forward_writes": true},
  "roles": {"fence": "etcd", "endpoints": ["https://etcd-1:2379", "http://127.0.0.1:2379"]},
  "sites": [
    {"name": "oslo", "coordinates": {"latitude": 59.9139, "longitude": 10.7522},
     "subnets": ["10.47.0.0/16"]},
    {"name": "nuuk"}, {"name": "rome"}],
  "links": [
    {"sites": ["oslo", "nuuk"], "cost": 70, "interval": "30m", "notify": false,
     "schedule": "Mon-Fri 18:00-06:00"},
    {"name": "south", "sites": ["oslo", "nuuk", "rome"], "compress": false}],
  "bridges": [{"name": "all", "links": ["oslo-nuuk", "south"]}],
  "controllers": [
    {"name": "oslo-1", "site": "oslo", "address": "127.0.0.1:4001"},
    {"name": "nuuk-1", "site": "nuuk", "read_only": true},
    {"name": "rome-1", "site": "rome", "domain": "dc=eu,dc=corp,dc=example",
     "global_catalog": true}],
  "applications": [{"dn": "dc=dns,dc=corp,dc=example", "replicas": ["oslo-1", "rome-1"]}]
})";

/// A directory whose configuration says `forest`.
class Replica : tests::OneReplica {
 public:
  explicit Replica(const sites::Forest& forest)
      : OneReplica(forest, kNow), context_(configuration::configuration_of(forest)) {
    EXPECT_EQ(apply(forest), "");
  }

  /// What was wrong; empty: nothing.
  std::string apply(const sites::Forest& forest) {
    return write(configuration::changes(*store_.read(), forest));
  }

  std::string write(Write write) { return trouble_with(std::move(write)); }

  std::vector<Item> items() { return configuration::items_in(*store_.read(), context_); }
  configuration::Configuration read() {
    const auto read = configuration::read(*store_.read(), context_);
    EXPECT_TRUE(read.has_value());
    return read.value_or(configuration::Configuration{});
  }
  bool is_expired(ControllerId controller, std::string_view key) {
    return configuration::expiry_of(*store_.read(), controller, key).has_value();
  }
  std::size_t changes(const sites::Forest& forest) {
    return configuration::changes(*store_.read(), forest).changes.size();
  }

 private:
  NamingContextId context_;
};

void remove_site(sites::Forest& forest, std::string_view name) {
  std::erase_if(forest.sites, [&](const auto& site) { return site.name == name; });
}

TEST(Configuration, WhatWasWrittenIsReadAgainAndWritingItAgainChangesNothing) {
  const sites::Forest forest = forest_of(kForest);
  Replica replica(forest);
  const auto read = replica.read();
  EXPECT_EQ(sites::write_forest(read.forest), sites::write_forest(forest));
  EXPECT_TRUE(read.forest == forest);
  EXPECT_TRUE(read.findings.empty());
  EXPECT_EQ(replica.changes(forest), 0U);
}

TEST(Configuration, ADefinitionBecomesAnyOtherAndBack) {
  const sites::Forest first = forest_of(kForest);
  sites::Forest second = first;
  remove_site(second, "rome");
  std::erase_if(second.controllers, [](const auto& one) { return one.name == "rome-1"; });
  std::erase_if(second.links, [](const auto& one) { return one.name == "south"; });
  second.bridges.clear();
  second.naming_contexts.back().replicas.clear();
  for (auto& context : second.naming_contexts)
    context.replicas.clear();
  second.sites.front().coordinates.reset();
  second.policy = {};
  second.links.front().cost = sites::Cost(5);
  Replica replica(first);
  EXPECT_EQ(replica.apply(second), "");
  EXPECT_TRUE(replica.read().forest == second);
  EXPECT_EQ(replica.apply(first), "");  // what was removed lives again
  EXPECT_TRUE(replica.read().forest == first);
}

TEST(Configuration, ARefusedPartLeavesNothingBehind) {
  const sites::Forest forest = forest_of(kForest);
  Replica replica(forest);
  sites::Forest wanted = forest;
  wanted.sites.front().subnets = {"10.1.0.0/16"};
  auto together = configuration::changes(*store::MemoryStore().read(), wanted);  // adds all
  EXPECT_NE(replica.write(together), "");
  EXPECT_TRUE(replica.read().forest == forest);
}

TEST(Configuration, MembershipAndForeignAttributesOutliveANewDefinition) {
  const sites::Forest forest = forest_of(kForest);
  Replica replica(forest);
  const ControllerId oslo = sites::find_controller(forest, "oslo-1")->id;
  EXPECT_EQ(replica.write(configuration::membership(oslo, "aa11", 3)), "");
  sites::Forest moved = forest;
  for (auto& controller : moved.controllers)
    controller.address = "127.0.0.1:9";
  EXPECT_EQ(replica.apply(moved), "");
  EXPECT_EQ(replica.read().keys, (std::map<ControllerId, std::string>{{oslo, "aa11"}}));
  sites::Forest read = replica.read().forest;
  EXPECT_EQ(configuration::take_slots(read), (configuration::Slots{{oslo, 3U}}));
  EXPECT_EQ(read, moved);
}

TEST(Configuration, WhoJoinsGetsTheLowestSlotThatNoneOfItsSiteHas) {
  sites::Forest forest = forest_of(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "oslo"}, {"name": "rome"}],
    "controllers": [{"name": "o-1", "site": "oslo", "slot": 0}, {"name": "o-2", "site": "oslo"},
                    {"name": "o-3", "site": "oslo", "slot": 2}, {"name": "r-1", "site": "rome"},
                    {"name": "o-4", "site": "oslo", "slot": 1}]})");
  const auto slot_of = [&](const char* name) {
    return configuration::slot_for(forest, *sites::find_controller(forest, name));
  };
  EXPECT_EQ(slot_of("o-2"), 3U);
  EXPECT_EQ(slot_of("r-1"), 0U);  // another site
  EXPECT_EQ(slot_of("o-3"), 2U);  // joins once more
  const configuration::Slots slots = configuration::take_slots(forest);
  EXPECT_EQ(slots.size(), 3U);
  EXPECT_EQ(slot_of("o-2"), 0U);
  configuration::give_slots(slots, forest);
  EXPECT_EQ(slot_of("o-2"), 3U);
}

TEST(Configuration, APauseStandsAtItsControllerAndOutlivesANewDefinition) {
  using configuration::Direction;
  const sites::Forest forest = forest_of(kForest);
  Replica replica(forest);
  const ControllerId oslo = sites::find_controller(forest, "oslo-1")->id;
  const configuration::Pause pause{"Kari Nordmann", kNow};
  EXPECT_EQ(replica.write(configuration::paused(oslo, Direction::inbound, pause)), "");
  const configuration::PausesByController expected{{oslo, {.inbound = pause, .outbound = {}}}};
  EXPECT_EQ(replica.read().pauses, expected);
  sites::Forest moved = forest;
  for (auto& controller : moved.controllers)
    controller.address = "127.0.0.1:9";
  EXPECT_EQ(replica.apply(moved), "");
  EXPECT_EQ(replica.read().pauses, expected);
  EXPECT_EQ(replica.write(configuration::resumed(oslo, Direction::inbound)), "");
  EXPECT_TRUE(replica.read().pauses.empty());
}

TEST(Configuration, AnUnreadablePauseIsAFindingAndNone) {
  const sites::Forest forest = forest_of(kForest);
  for (const char* value : {"", " ", "yes", "2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z ",
                            "2024-13-01T00:00:00.000Z admin"}) {
    auto items = configuration::items_of(forest);
    for (Item& item : items) {
      if (item.kind == ItemKind::controller) item.attributes["outboundpaused"] = {value};
    }
    const auto read = configuration::read(items);
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->pauses.empty()) << value;
    EXPECT_EQ(read->findings.size(), forest.controllers.size()) << value;
  }
}

TEST(Configuration, ASiteThatIsGoneWhileAControllerStandsInItIsKept) {
  const sites::Forest forest = forest_of(kForest);
  Replica replica(forest);
  const auto* rome = sites::find_controller(forest, "rome-1");
  EXPECT_EQ(replica.write(Delete{.target = ObjectId(rome->site.value)}), "");
  const auto read = replica.read();
  ASSERT_NE(sites::find_site(read.forest, rome->site), nullptr);
  EXPECT_EQ(sites::find_site(read.forest, rome->site)->name, "rome");
  EXPECT_FALSE(read.findings.empty());
  const auto again = sites::read_forest(sites::write_forest(read.forest), "again.json");
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(*again == read.forest);
  EXPECT_EQ(replica.apply(read.forest), "");  // an export can be applied, and mends it
  EXPECT_TRUE(replica.read().findings.empty());
}

TEST(Configuration, WhatADirectoryBringsIsKeptAsObjects) {
  const sites::Forest forest =
      forest_of(read_text(std::string(RINGSPAN_SOURCE_DIR) +
                          "/tests/unit/forests/good/everything-of-a-directory.json"));
  const auto read = configuration::read(configuration::items_of(forest));
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->forest == forest);
  EXPECT_TRUE(read->findings.empty());
}

TEST(Configuration, WhateverStandsThereASoundForestComesOut) {
  const sites::Forest forest = forest_of(kForest);
  for (const Item& spoilt : configuration::items_of(forest)) {
    if (spoilt.kind == ItemKind::policy) continue;
    for (const auto& [name, values] : spoilt.attributes) {
      auto items = configuration::items_of(forest);
      for (Item& item : items) {
        if (item.id == spoilt.id) item.attributes[name] = {"nonsense"};
      }
      const auto read = configuration::read(items);
      ASSERT_TRUE(read.has_value()) << spoilt.name << " " << name;
      if (name == "address") continue;  // any text is one until somebody dials it
      if (spoilt.kind == ItemKind::naming_context || name == "subnet") continue;
      const auto again = sites::read_forest(sites::write_forest(read->forest), "again.json");
      ASSERT_TRUE(again.has_value())
          << spoilt.name << " " << name << ": " << to_string(again.error().front());
    }
  }
}

// Where nobody has heard yet of its new key, who has joined anew is unknown and not expired.
TEST(Configuration, AnExpiryIsMeantOfTheKeyThatItNames) {
  const sites::Forest forest = forest_of(kForest);
  const ControllerId rome = sites::find_controller(forest, "rome-1")->id;
  Replica replica(forest);
  EXPECT_EQ(replica.write(configuration::membership(rome, "former", 1)), "");
  EXPECT_FALSE(replica.is_expired(rome, "former"));
  EXPECT_EQ(replica.write(configuration::expires(rome, "former", {"admin", kNow})), "");
  EXPECT_TRUE(replica.is_expired(rome, "former"));
  EXPECT_FALSE(replica.is_expired(rome, "new"));
  EXPECT_FALSE(replica.read().keys.contains(rome));
  EXPECT_EQ(replica.write(configuration::membership(rome, "new", 1)), "");
  EXPECT_TRUE(replica.is_expired(rome, "former")) << "its former folder is";
  EXPECT_FALSE(replica.is_expired(rome, "new"));
  EXPECT_EQ(replica.read().keys.at(rome), "new");
}

}  // namespace
}  // namespace ringspan::replicator
