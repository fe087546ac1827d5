// What an engine does behind a fence (docs/roles.md, F4 to F8): it writes under a revision, and
// what was written under an ownership that had ended is void at every replica, in whatever order it
// came.

#include <algorithm>

#include <gtest/gtest.h>

#include "replicator/configuration/configuration.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/role_standing.hpp"
#include "sites/naming_context.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

constexpr base::Time kNow{std::chrono::days(19'000)};

sites::Forest forest_of_three() {
  auto forest = sites::read_forest(
      R"({"name": "corp", "domains": [{"dn": "dc=corp,dc=example"}], "sites": [{"name": "oslo"}],
          "controllers": [{"name": "oslo-1", "site": "oslo"}, {"name": "oslo-2", "site": "oslo"},
                          {"name": "oslo-3", "site": "oslo"}]})",
      "test.json");
  EXPECT_TRUE(forest.has_value());
  return forest.value_or(sites::Forest{});
}

struct Replica {
  Replica(const sites::Forest& forest, const char* name, bool founds)
      : identity{.controller = sites::find_controller(forest, name)->id,
                 .invocation = InvocationId(base::Guid::from_name({}, name)),
                 .contexts = *contexts_of(forest, *sites::find_controller(forest, name))} {
    if (founds) create_genesis(store, guids, identity, kNow);
    engine.emplace(store, guids, identity);
  }

  Effects step(Event event) { return engine->step(std::vector{std::move(event)}, now); }

  void has(std::optional<Leases> leases) { step(FenceSaid{std::move(leases)}); }

  WriteAnswer asked(Write write, Leases passes = {}) {
    return step(WriteAsked{.id = 1, .write = std::move(write), .passes = std::move(passes)})
        .answers.front();
  }

  /// Asks the fence, which says yes, where that is needed.
  base::Result<Written> written(const Write& write) {
    const WriteAnswer first = asked(write);
    return first.needs.empty() ? first.result : asked(write, first.needs).result;
  }

  void take(const RoleId& role, std::uint64_t revision) {
    const Revision given(revision);
    Leases leases = engine->caught_up().leases.value_or(Leases{});
    leases[role] = given;
    has(leases);
    const auto taken = asked(TakeRole{.role = role, .revision = given}).result;
    EXPECT_TRUE(taken) << (taken ? "" : taken.error().message);
  }

  void pull(Replica& from) {
    for (const NamingContextHead& context : identity.contexts) {
      Effects effects = step(
          PullForced{.id = 1, .source = from.identity.controller, .naming_context = context.id});
      while (!effects.send.empty()) {
        const auto* request = std::get_if<GetChanges>(&effects.send.front().message);
        if (request == nullptr) break;
        Page page = answer(*from.store.read(), *request, from.identity, {}, now);
        effects = step(PageArrived{from.identity.controller, std::move(page), 1});
      }
    }
  }

  Together define(const AttributeDefinition& definition) {
    return replicator::define(*store.read(), identity.contexts, definition);
  }
  bool defines(const char* attribute) {
    const auto snapshot = store.read();
    const auto all = Schema(*snapshot, identity.contexts).all();
    const bool listed = std::ranges::any_of(
        all, [&](const AttributeDefinition& one) { return one.name == attribute; });
    EXPECT_EQ(listed, Schema(*snapshot, identity.contexts).object(attribute).has_value());
    return listed;
  }
  AttributeDefinition definition(const char* attribute) {
    const auto snapshot = store.read();
    return Schema(*snapshot, identity.contexts).definition(attribute);
  }

  store::MemoryStore store;
  tests::CountedGuids guids;
  Identity identity;
  std::optional<Engine> engine;
  base::Time now = kNow;
};

class FenceTest : public testing::Test {
 protected:
  FenceTest() {
    EXPECT_TRUE(a_.written(configuration::changes(*a_.store.read(), forest_)));
    everybody_pulls();
  }

  RoleId schema() const { return *schema_role(a_.identity.contexts); }
  RoleId naming() const { return *naming_role(a_.identity.contexts); }

  void everybody_pulls() {
    for (int round = 0; round < 3; ++round) {
      for (Replica* to : {&a_, &b_, &c_}) {
        for (Replica* from : {&a_, &b_, &c_}) {
          if (to != from) to->pull(*from);
        }
      }
    }
  }

  /// a_ owned the schema under revision 5, b_ took it over under 9; a_ does not know.
  void take_over() {
    a_.take(schema(), 5);
    ASSERT_TRUE(a_.written(a_.define({.name = "badge", .single_valued = true})));
    everybody_pulls();
    b_.has(Leases{});
    c_.has(Leases{});
    b_.take(schema(), 9);
  }

  std::vector<JournalEntry> journal_of(Replica& replica) {
    std::vector<JournalEntry> found;
    replica.store.read()->journal([&](const JournalEntry& entry) {
      found.push_back(entry);
      return true;
    });
    return found;
  }

  sites::Forest forest_ = forest_of_three();
  Replica a_{forest_, "oslo-1", true};
  Replica b_{forest_, "oslo-2", false};
  Replica c_{forest_, "oslo-3", false};
};

TEST_F(FenceTest, AnOwnerActsOnlyUnderTheLeaseThatItsEpochNames) {
  const auto standing = [&] {
    const auto snapshot = a_.store.read();
    const auto now = ownership_of(*snapshot, configuration_among(a_.identity.contexts), schema());
    return standing_of(*snapshot, a_.identity, a_.engine->caught_up(), now);
  };
  EXPECT_EQ(standing(), RoleStanding::effective);
  a_.has(Leases{});
  EXPECT_EQ(standing(), RoleStanding::without_lease);
  EXPECT_NE(a_.asked(a_.define({.name = "badge"})).result.error().message.find("no lease"),
            std::string::npos);
  a_.take(schema(), 5);
  EXPECT_EQ(standing(), RoleStanding::effective);
  a_.has(Leases{{schema(), Revision(6)}});
  EXPECT_EQ(standing(), RoleStanding::without_lease);
}

TEST_F(FenceTest, WhatNeedsARoleIsAskedOfTheFenceFirst) {
  a_.take(schema(), 5);
  const WriteAnswer first = a_.asked(a_.define({.name = "badge"}));
  EXPECT_FALSE(first.result);
  EXPECT_EQ(first.needs, (Leases{{schema(), Revision(5)}}));
  EXPECT_FALSE(a_.defines("badge"));
  const WriteAnswer stale = a_.asked(a_.define({.name = "badge"}), {{schema(), Revision(4)}});
  EXPECT_EQ(stale.needs, first.needs);
  const WriteAnswer second = a_.asked(a_.define({.name = "badge"}), first.needs);
  EXPECT_TRUE(second.result);
  EXPECT_EQ(second.under, first.needs);
  const auto snapshot = a_.store.read();
  const auto object = Schema(*snapshot, a_.identity.contexts).object("badge");
  ASSERT_TRUE(object);
  for (const auto& [name, attribute] : object->attributes)
    EXPECT_GE(attribute.stamp.version, first_version(Revision(5))) << name;
}

TEST_F(FenceTest, WhoTakesOverIsTheOwnerEverywhereAndALaterRevisionIsTheGreaterEpoch) {
  take_over();
  everybody_pulls();
  for (Replica* replica : {&a_, &b_, &c_}) {
    const auto now = ownership_of(*replica->store.read(),
                                  configuration_among(replica->identity.contexts), schema());
    EXPECT_EQ(now.owner, b_.identity.controller);
    EXPECT_EQ(now.epoch.revision, Revision(9));
    EXPECT_EQ(now.gained, Gained::fence);
    EXPECT_EQ(now.former, a_.identity.controller);
    EXPECT_TRUE(replica->defines("badge"));
  }
}

TEST_F(FenceTest, ALateDefinitionCountsNowhereAndTheOwnerRemovesIt) {
  take_over();
  ASSERT_TRUE(a_.written(a_.define({.name = "late"})));
  c_.pull(a_);  // before it has heard of the new owner
  EXPECT_TRUE(c_.defines("late"));
  c_.pull(b_);
  EXPECT_FALSE(c_.defines("late"));
  b_.pull(c_);
  EXPECT_FALSE(b_.defines("late"));
  everybody_pulls();
  for (Replica* replica : {&a_, &b_, &c_}) {
    EXPECT_FALSE(replica->defines("late"));
    EXPECT_TRUE(replica->defines("badge"));
    EXPECT_FALSE(replica->store.read()->child(head_of(schema().scope), "late")) << "it is deleted";
  }
  EXPECT_FALSE(journal_of(b_).empty());
}

TEST_F(FenceTest, ALateChangeLosesHoweverItsClockStands) {
  take_over();
  a_.now += std::chrono::hours(1);
  ASSERT_TRUE(a_.written(a_.define({.name = "badge", .filtered = true})));
  c_.pull(a_);
  everybody_pulls();
  for (Replica* replica : {&a_, &b_, &c_}) {
    EXPECT_TRUE(replica->definition("badge").single_valued);
    EXPECT_FALSE(replica->definition("badge").filtered);
  }
  // Whoever dropped a value tells of it: the owner of what it made void, others of what lost.
  const auto dropped = [this](Replica& replica, const char* attribute) {
    return std::ranges::any_of(journal_of(replica), [attribute](const JournalEntry& entry) {
      return entry.attribute == attribute;
    });
  };
  EXPECT_TRUE(dropped(b_, "isfiltered"));
  EXPECT_TRUE(dropped(a_, "issinglevalued"));
  EXPECT_TRUE(dropped(c_, "issinglevalued"));
  ASSERT_TRUE(b_.written(b_.define({.name = "badge", .single_valued = true, .urgent = true})));
  everybody_pulls();
  EXPECT_TRUE(a_.definition("badge").urgent);
}

TEST_F(FenceTest, ALateNamingContextIsInNobodysDefinition) {
  a_.take(naming(), 5);
  everybody_pulls();
  b_.has(Leases{});
  b_.take(naming(), 9);
  sites::Forest wanted = forest_;
  sites::add_application(wanted, *sites::Dn::parse("dc=apps"), {a_.identity.controller});
  ASSERT_TRUE(a_.written(configuration::changes(*a_.store.read(), wanted)));
  c_.pull(a_);
  everybody_pulls();
  for (Replica* replica : {&a_, &b_, &c_}) {
    const auto known = configuration::read(*replica->store.read(), naming().scope);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->forest.naming_contexts.size(), forest_.naming_contexts.size());
  }
}

TEST_F(FenceTest, ANamingContextThatIsRemovedTooLateStays) {
  sites::Forest wanted = forest_;
  sites::add_application(wanted, *sites::Dn::parse("dc=apps"), {a_.identity.controller});
  ASSERT_TRUE(a_.written(configuration::changes(*a_.store.read(), wanted)));
  a_.take(naming(), 5);
  everybody_pulls();
  b_.has(Leases{});
  b_.take(naming(), 9);
  ASSERT_TRUE(a_.written(configuration::changes(*a_.store.read(), forest_)));
  c_.pull(a_);
  everybody_pulls();
  for (Replica* replica : {&a_, &b_, &c_}) {
    const auto known = configuration::read(*replica->store.read(), naming().scope);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->forest, wanted);
  }
}

TEST_F(FenceTest, WhoComesBackUnderALaterRevisionWritesNothingAnew) {
  a_.take(schema(), 5);
  const Usn before = a_.store.read()->highest_usn();
  a_.take(schema(), 7);
  EXPECT_EQ(a_.store.read()->highest_usn(), Usn(before.value + 1)) << "the epoch alone";
}

TEST_F(FenceTest, AFenceWhoseRevisionsBeginAgainIsRefused) {
  take_over();
  b_.has(Leases{{schema(), Revision(2)}});
  const auto taken = b_.asked(TakeRole{.role = schema(), .revision = Revision(2)}).result;
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, base::Errc::refused);
  EXPECT_NE(taken.error().message.find("the forest has seen 9"), std::string::npos);
}

TEST_F(FenceTest, WithoutTheFenceEpochsGoOnInTheirOrder) {
  take_over();
  b_.has(std::nullopt);
  ASSERT_TRUE(b_.asked(GiveRole{.role = schema(),
                                .to = c_.identity.controller,
                                .invocation = c_.identity.invocation,
                                .who = "ann",
                                .why = {},
                                .request = "r"})
                  .result);
  const auto now =
      ownership_of(*b_.store.read(), configuration_among(b_.identity.contexts), schema());
  EXPECT_EQ(now.owner, c_.identity.controller);
  EXPECT_EQ(now.epoch.revision, Revision(9));
}

TEST_F(FenceTest, NobodyMovesTheFloorByHand) {
  a_.take(naming(), 5);
  const auto set =
      a_.written(Set{.target = head_of(naming().scope), .attributes = {{"fencednaming", {"x"}}}});
  ASSERT_FALSE(set);
  EXPECT_NE(set.error().message.find("owner of a role alone"), std::string::npos);
}

}  // namespace
}  // namespace ringspan::replicator
