// Tests of the tests: each plants one bug that a replicator is known for, outside of the engine,
// and must see it caught. The same stories without the bug pass.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <variant>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/simulator/world.hpp"
#include "replicator/store/memory_store.hpp"
#include "sites/read_forest.hpp"
#include "tests/negative/decorated_store.hpp"
#include "tests/negative/scenario_with_bug.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;
using simulator::World;
using simulator::WorldOptions;

// ── Two replicas by hand: o1 writes eight people, b1 pulls in pages of three ─────────────────────

sites::Forest two_controllers() {
  auto forest = sites::read_forest(
      R"({"name": "negative", "domains": [{"dn": "dc=corp,dc=example"}], "sites": [{"name": "oslo"}],
          "controllers": [{"name": "o1", "site": "oslo"}, {"name": "b1", "site": "oslo"}]})",
      "negative");
  EXPECT_TRUE(forest.has_value());
  return *std::move(forest);
}

sites::Dn person(int number) {
  return *sites::Dn::parse("cn=u" + std::to_string(number) + ",ou=people");
}

// What the source does wrong with a page; `first` is true for the first page of a cycle.
using PagePlan = std::function<void(World& world, const GetChanges& request, Page& page)>;

class TwoReplicas {
 public:
  explicit TwoReplicas(const PagePlan& plan) : plan_(plan) {
    WorldOptions options{.founder = "o1", .manual = true};
    options.settings.page.objects = 3;
    options.tamper = [this](ControllerId /*from*/, ControllerId /*to*/,
                            std::variant<GetChanges, Page>& message) {
      if (const auto* request = std::get_if<GetChanges>(&message)) {
        request_ = *request;
      } else if (armed_ && plan_) {
        plan_(*world_, request_, std::get<Page>(message));
      }
    };
    world_ = std::make_unique<World>(two_controllers(), options);
    for (int number = 1; number <= 8; ++number) {
      EXPECT_TRUE(
          world_->write("o1", Add{.dn = person(number), .attributes = {{"title", {"Clerk"}}}}));
    }
    armed_ = true;
  }

  // Pulls with a change at the source in the middle: `pages` pages, a write, the rest.
  void pull_around_a_write() {
    EXPECT_TRUE(world_->pull("b1", "o1", {.pages = 1}));
    change(1);
    change(8);
    EXPECT_TRUE(world_->pull("b1", "o1", {}));
    EXPECT_TRUE(world_->pull("b1", "o1", {}));
  }

  void change(int number) {
    EXPECT_TRUE(
        world_->write("o1", Set{.target = person(number), .attributes = {{"title", {"Head"}}}}));
  }

  World& world() { return *world_; }

  // What a forest must not show after whole pulls; empty if all is well.
  std::string complaint() const {
    if (auto broken = world_->broken_invariant(); !broken.empty()) return broken;
    if (auto difference = world_->divergence(); !difference.empty()) return difference;
    return unknown_holdings();
  }

 private:
  // After whole cycles a replica's vector covers all that it holds, or the next one sends it again.
  std::string unknown_holdings() const {
    const Identity& identity = world_->identity("b1");
    const auto snapshot = world_->read("b1");
    std::string found;
    for (const NamingContextHead& context : identity.contexts) {
      const auto vector = vector_of(**snapshot, context.id, identity.invocation, world_->now());
      (*snapshot)->changed_since(context.id, Usn{}, [&](const Row& row) {
        for (const auto& [name, attribute] : stored_object(row).attributes) {
          if (!vector.covers(attribute.stamp)) found = "b1 does not know that it holds " + name;
        }
        return found.empty();
      });
    }
    return found;
  }

  PagePlan plan_;
  bool armed_ = false;
  GetChanges request_;
  std::unique_ptr<World> world_;
};

UpToDatenessVector live_vector(World& world, NamingContextId context) {
  const auto snapshot = world.read("o1");
  return vector_of(**snapshot, context, world.identity("o1").invocation, world.now());
}

bool starts_cycle(const GetChanges& request) {
  return request.after.usn == request.after.settled;
}

TEST(PlantedBug, NoneIsPlantedAndNothingIsComplainedOf) {
  TwoReplicas replicas({});
  replicas.pull_around_a_write();
  EXPECT_EQ(replicas.complaint(), "");
}

TEST(PlantedBug, VectorOfTheFirstPageSentWithTheLast) {
  // The destination never learns that it holds what was written while the cycle ran.
  std::map<NamingContextId, UpToDatenessVector> first;
  TwoReplicas replicas([&](World& world, const GetChanges& request, Page& page) {
    if (starts_cycle(request) && page.objects.size() == 3) {
      first[page.naming_context] = live_vector(world, page.naming_context);
    }
    if (page.last() && first.contains(page.naming_context)) {
      page.vector = first[page.naming_context];
    }
  });
  EXPECT_TRUE(replicas.world().pull("b1", "o1", {.pages = 1}));
  replicas.change(1);
  EXPECT_TRUE(replicas.world().pull("b1", "o1", {}));
  EXPECT_NE(replicas.complaint(), "");
}

TEST(PlantedBug, VectorSentWithTheFirstPage) {
  // Merged before the cycle is over, and the cycle breaks: the rest counts as held for ever.
  TwoReplicas replicas([](World& world, const GetChanges& request, Page& page) {
    if (starts_cycle(request)) page.vector = live_vector(world, page.naming_context);
  });
  EXPECT_TRUE(replicas.world().pull("b1", "o1", {}));
  EXPECT_NE(replicas.world().broken_invariant(), "");
}

TEST(PlantedBug, VectorReadOutsideTheSnapshot) {
  // A write lands between the reading of the objects and the reading of the vector.
  bool landed = false;
  TwoReplicas replicas([&](World& world, const GetChanges& /*request*/, Page& page) {
    if (!page.last() || page.objects.empty() || landed) return;
    landed = true;
    EXPECT_TRUE(
        world.write("o1", Set{.target = person(2), .attributes = {{"title", {"Between"}}}}));
    page.vector = live_vector(world, page.naming_context);
  });
  EXPECT_TRUE(replicas.world().pull("b1", "o1", {}));
  ASSERT_TRUE(landed);
  EXPECT_NE(replicas.world().broken_invariant(), "");
}

TEST(PlantedBug, ObjectChangedAgainBetweenTwoPages) {
  // The source ends the cycle at a goal fixed at its first request; what changes twice moves
  // beyond.
  std::map<NamingContextId, Usn> goals;
  TwoReplicas replicas([&](World& world, const GetChanges& request, Page& page) {
    const auto snapshot = world.read("o1");
    if (starts_cycle(request)) goals[page.naming_context] = (*snapshot)->highest_usn();
    const Usn goal = goals[page.naming_context];
    if (page.end.usn < goal) return;
    std::erase_if(page.objects, [&](const ObjectChange& object) {
      return (*snapshot)->find(object.id)->usn > goal;
    });
    page.end.usn = goal;
    page.end.settled = goal;
    page.vector = live_vector(world, page.naming_context);
  });
  replicas.pull_around_a_write();
  EXPECT_NE(replicas.complaint(), "");
}

// ── Whole scenarios over a planted bug ───────────────────────────────────────────────────────────

TEST(PlantedBug, NoDampening) {
  const auto result = run_file("no_value_crosses_twice.scn", [](WorldOptions& options) {
    options.tamper = [](ControllerId, ControllerId, std::variant<GetChanges, Page>& message) {
      if (auto* request = std::get_if<GetChanges>(&message)) request->known = {};
    };
  });
  EXPECT_FALSE(result.passed);
  EXPECT_NE(result.failure.find("found objects="), std::string::npos) << result.failure;
}

TEST(PlantedBug, WatermarkUnderTheWrongSource) {
  class OneSourceForAll : public DecoratedTransaction {
   public:
    using DecoratedTransaction::DecoratedTransaction;
    using DecoratedTransaction::journal;
    void set_source(const SourceRecord& record) override {
      SourceRecord wrong = record;
      const auto known = sources();
      if (!known.empty()) wrong.source = known.front().source;
      inner().set_source(wrong);
    }
  };
  const auto result = run_file("no_value_crosses_twice.scn", [](WorldOptions& options) {
    options.make_store = [] {
      return std::make_unique<DecoratedStore<OneSourceForAll, store::MemoryStore>>();
    };
  });
  EXPECT_FALSE(result.passed);
  EXPECT_NE(result.failure.find("keeps a watermark"), std::string::npos) << result.failure;
}

TEST(PlantedBugDeathTest, LocalUsnReusedOnApply) {
  class StuckCounter : public DecoratedTransaction {
   public:
    using DecoratedTransaction::DecoratedTransaction;
    using DecoratedTransaction::journal;
    Usn next_usn() override { return highest_usn() == Usn{} ? inner().next_usn() : highest_usn(); }
  };
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      run_file("no_value_crosses_twice.scn",
               [](WorldOptions& options) {
                 options.make_store = [] {
                   return std::make_unique<DecoratedStore<StuckCounter, store::MemoryStore>>();
                 };
               }),
      "contract broken");
}

}  // namespace
}  // namespace ringspan::tests
