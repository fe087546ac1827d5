// Roles (docs/roles.md): who owns one, who may act in it, and how it changes hands.

#include <algorithm>

#include <gtest/gtest.h>

#include "replicator/configuration/configuration.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/role_standing.hpp"
#include "replicator/partners/urging.hpp"
#include "sites/naming_context.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

constexpr base::Time kNow{std::chrono::days(19'000)};

sites::Forest forest_of_two() {
  auto forest = sites::read_forest(
      R"({"name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
          "sites": [{"name": "oslo"}],
          "controllers": [{"name": "oslo-1", "site": "oslo"}, {"name": "oslo-2", "site": "oslo"}]})",
      "test.json");
  EXPECT_TRUE(forest.has_value());
  return forest.value_or(sites::Forest{});
}

InvocationId invocation(const char* name) {
  return InvocationId(base::Guid::from_name({}, name));
}

/// oslo-1, the founder, with an engine of its own.
class RolesTest : public testing::Test, protected tests::OneReplica {
 protected:
  RolesTest() : OneReplica(forest_of_two(), kNow, "oslo-1") {
    EXPECT_EQ(trouble_with(configuration::changes(*store_.read(), forest_)), "");
  }

  ControllerId other() const { return sites::find_controller(forest_, "oslo-2")->id; }
  NamingContextId configuration() const { return configuration_among(identity_.contexts); }
  RoleId schema() const { return *schema_role(identity_.contexts); }
  RoleId rid() const { return {MasterRole::rid, forest_.root_domain}; }

  Ownership owner(const RoleId& role) {
    return ownership_of(*store_.read(), configuration(), role);
  }
  RoleStanding standing(const RoleId& role, const Engine& engine) {
    return standing_of(*store_.read(), identity_, engine.caught_up(), owner(role));
  }
  Together badge() {
    return define(*store_.read(), identity_.contexts, {.name = "badge", .single_valued = true});
  }
  static GiveRole gift(const RoleId& role, ControllerId to, const char* life) {
    return {.role = role,
            .to = to,
            .invocation = invocation(life),
            .who = "alice",
            .why = "a test",
            .request = "r1"};
  }

  /// What a controller that starts anew answers, and what went wrong.
  std::string after_restart(Engine& engine, Write write) {
    const std::vector<Event> events{WriteAsked{.id = 1, .write = std::move(write)}};
    const auto result = engine.step(events, now_).answers.front().result;
    return result ? "" : result.error().message;
  }
};

TEST_F(RolesTest, EpochsAreOrderedByCounterThenByTheOwnersInvocation) {
  const Epoch low{.counter = 2, .owner = std::min(invocation("a"), invocation("b"))};
  const Epoch high{.counter = 2, .owner = std::max(invocation("a"), invocation("b"))};
  EXPECT_LT(low, high);
  EXPECT_LT(high, (Epoch{.counter = 3, .owner = low.owner}));
}

TEST_F(RolesTest, TheFounderOwnsWhatWasNeverRecorded) {
  for (const RoleId& role : {schema(), rid(), *naming_role(identity_.contexts)}) {
    const Ownership first = owner(role);
    EXPECT_EQ(first.owner, identity_.controller);
    EXPECT_EQ(first.epoch, (Epoch{.counter = 1, .owner = identity_.invocation}));
    EXPECT_EQ(standing(role, engine_), RoleStanding::effective);
    EXPECT_EQ(history_of(*store_.read(), configuration(), role).size(), 1U);
  }
}

TEST_F(RolesTest, WhoGivesARoleUpIsItsOwnerNoMore) {
  ASSERT_TRUE(asked(gift(schema(), other(), "oslo-2")));
  const Ownership now = owner(schema());
  EXPECT_EQ(now.owner, other());
  EXPECT_EQ(now.epoch, (Epoch{.counter = 2, .owner = invocation("oslo-2")}));
  EXPECT_EQ(now.gained, Gained::transfer);
  EXPECT_EQ(now.former, identity_.controller);
  EXPECT_EQ(now.who, "alice");
  EXPECT_EQ(now.why, "a test");
  EXPECT_EQ(now.request, "r1");
  ASSERT_TRUE(now.handover.has_value());
  EXPECT_EQ(now.handover->giver, identity_.invocation);
  EXPECT_EQ(standing(schema(), engine_), RoleStanding::not_owner);
  EXPECT_EQ(trouble_with(badge()),
            "schema role: belongs to oslo-2, and only its owner does this; do it there (--at "
            "oslo-2)");
  EXPECT_EQ(owner(rid()).owner, identity_.controller) << "one role is given, not all";
}

TEST_F(RolesTest, WhoIsGivenARoleAndAsksAgainGetsTheSameRecord) {
  const auto first = asked(gift(rid(), other(), "oslo-2"));
  const auto again = asked(gift(rid(), other(), "oslo-2"));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->object, again->object);
  EXPECT_EQ(owner(rid()).epoch.counter, 2U);
  EXPECT_EQ(history_of(*store_.read(), configuration(), rid()).size(), 2U);
  const ControllerId third(base::Guid::from_name({}, "oslo-3"));
  EXPECT_NE(trouble_with(gift(rid(), third, "oslo-3")), "");
  EXPECT_EQ(owner(rid()).owner, other());
}

TEST_F(RolesTest, AnOwnerThatStartsWaitsUntilItHasHeardAPartner) {
  Engine engine(store_, guids_, identity_, {.must_catch_up = true});
  EXPECT_EQ(standing(schema(), engine), RoleStanding::catching_up);
  EXPECT_NE(after_restart(engine, badge()).find("has not synchronised since it started"),
            std::string::npos);
  EXPECT_NE(after_restart(engine, gift(rid(), other(), "oslo-2")), "");
  (void)engine.step(std::vector<Event>{Alone{}}, now_);
  EXPECT_EQ(standing(schema(), engine), RoleStanding::effective);
  EXPECT_EQ(after_restart(engine, badge()), "");
}

TEST_F(RolesTest, AWholeCycleOfConfigurationAndSchemaIsEnough) {
  CaughtUp caught_up;
  const auto snapshot = store_.read();
  const auto judged = [&](const RoleId& role) {
    return standing_of(*snapshot, identity_, caught_up, owner(role));
  };
  caught_up.contexts.insert(configuration());
  EXPECT_EQ(judged(rid()), RoleStanding::effective);
  EXPECT_EQ(judged(schema()), RoleStanding::catching_up);
  caught_up.contexts.insert(schema().scope);
  EXPECT_EQ(judged(schema()), RoleStanding::effective);
}

TEST_F(RolesTest, WhoSeizesActsAtOnceAndInThatRoleAlone) {
  ASSERT_TRUE(asked(gift(rid(), other(), "oslo-2")));
  Engine engine(store_, guids_, identity_, {.must_catch_up = true});
  EXPECT_EQ(after_restart(engine, SeizeRole{.role = rid(), .who = "bob", .why = "lost"}), "");
  const Ownership now = owner(rid());
  EXPECT_EQ(now.epoch, (Epoch{.counter = 3, .owner = identity_.invocation}));
  EXPECT_EQ(now.gained, Gained::seize);
  EXPECT_EQ(now.former, other());
  EXPECT_EQ(standing(rid(), engine), RoleStanding::effective);
  EXPECT_EQ(standing(schema(), engine), RoleStanding::catching_up);
}

TEST_F(RolesTest, ANewOwnerActsOnceItHoldsWhatTheFormerOneHeld) {
  Ownership given = owner(schema());
  given.handover = Handover{invocation("oslo-2"), Usn(40)};
  const CaughtUp alone{.alone = true};
  const auto judged = [&] { return standing_of(*store_.read(), identity_, alone, given); };
  EXPECT_EQ(judged(), RoleStanding::handing_over);
  for (const auto& [usn, standing] :
       {std::pair(39U, RoleStanding::handing_over), std::pair(40U, RoleStanding::effective)}) {
    const auto transaction = store_.begin();
    UpToDatenessVector vector;
    vector.merge(invocation("oslo-2"), {.usn = Usn(usn)});
    transaction->set_vector(schema().scope, vector);
    transaction->commit();
    EXPECT_EQ(judged(), standing) << usn;
  }
}

TEST_F(RolesTest, NamingContextsAreForTheNamingOwner) {
  sites::Forest wanted = forest_;
  sites::add_application(wanted, *sites::Dn::parse("dc=apps"), {identity_.controller});
  const Together changes = configuration::changes(*store_.read(), wanted);
  ASSERT_FALSE(changes.changes.empty());
  ASSERT_TRUE(asked(gift(*naming_role(identity_.contexts), other(), "oslo-2")));
  EXPECT_NE(trouble_with(changes).find("naming role: belongs to oslo-2"), std::string::npos);
}

TEST_F(RolesTest, AnUrgentChangeIsPutToThePdcOwnerOfItsDomain) {
  const RoleId pdc{MasterRole::pdc, forest_.root_domain};
  ASSERT_TRUE(asked(Add{.dn = *sites::Dn::parse("cn=alice,ou=people"), .attributes = {}}));
  const auto urges = [this](const char* attribute) {
    const Set set{.target = *sites::Dn::parse("cn=alice,ou=people"),
                  .attributes = {{attribute, {"1"}}}};
    const std::vector<Event> events{WriteAsked{.id = 1, .write = set}};
    const Effects effects = engine_.step(events, kNow);
    EXPECT_TRUE(effects.answers.front().result.has_value());
    return effects.urges;
  };
  EXPECT_TRUE(urges("unicodepwd").empty()) << "the owner wrote it";
  ASSERT_TRUE(asked(gift(pdc, other(), "oslo-2")));
  EXPECT_EQ(urges("unicodepwd"), (std::set{Urge{other(), forest_.root_domain}}));
  EXPECT_TRUE(urges("title").empty());
}

TEST(Urging, AsksAnOwnerOnceAndOnceMoreForWhatCameMeanwhile) {
  partners::Urging urging;
  const Urge one{ControllerId(base::Guid::from_name({}, "a")), {}};
  const Urge other{ControllerId(base::Guid::from_name({}, "b")), {}};
  EXPECT_TRUE(urging.begin(one));
  EXPECT_TRUE(urging.begin(other));
  EXPECT_FALSE(urging.ended(other));
  EXPECT_FALSE(urging.begin(one));
  EXPECT_FALSE(urging.begin(one));
  EXPECT_TRUE(urging.ended(one));
  EXPECT_FALSE(urging.ended(one));
  EXPECT_TRUE(urging.begin(one));
}

TEST_F(RolesTest, WhoMakesANamingContextOwnsItsInfrastructureAtOnce) {
  const NamingContextId apps(base::Guid::from_name({}, "apps"));
  ASSERT_TRUE(asked(CreateContext{{.id = apps,
                                   .dn = *sites::Dn::parse("dc=apps"),
                                   .kind = sites::NamingContextKind::application}}));
  const RoleId role{MasterRole::infrastructure, apps};
  EXPECT_EQ(owner(role).owner, identity_.controller);
  EXPECT_EQ(history_of(*store_.read(), configuration(), role).size(), 1U);
  EXPECT_EQ(standing(role, engine_), RoleStanding::effective);
}

}  // namespace
}  // namespace ringspan::replicator
