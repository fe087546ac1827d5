// Application contexts in the definition: what a new definition may do with them, which ids they
// get, and what a controller makes of them.

#include "replicator/configuration/contexts.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/holding.hpp"
#include "sites/naming_context.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

using configuration::Configuration;
using Kind = sites::NamingContextKind;

constexpr base::Time kNow{std::chrono::days(19'000)};

sites::Forest first_forest() {
  auto forest = sites::read_forest(
      R"({"name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
          "sites": [{"name": "oslo"}],
          "controllers": [{"name": "oslo-1", "site": "oslo"}, {"name": "oslo-2", "site": "oslo"},
                          {"name": "oslo-3", "site": "oslo", "read_only": true},
                          {"name": "late", "site": "oslo"}]})",
      "test.json");
  EXPECT_TRUE(forest.has_value());
  return forest.value_or(sites::Forest{});
}

bool has(const std::vector<std::string>& lines, const std::string& words) {
  return std::ranges::any_of(
      lines, [&](const auto& line) { return line.find(words) != std::string::npos; });
}

/// oslo-1 with a directory of its own; all but "late" have joined.
class ContextsTest : public testing::Test, protected tests::OneReplica {
 protected:
  ContextsTest() : OneReplica(first_forest(), kNow, "oslo-1") {
    EXPECT_EQ(apply(forest_), "");
    for (const char* name : {"oslo-1", "oslo-2", "oslo-3"})
      EXPECT_EQ(write(configuration::membership(controller(name), "key", 0)), "");
  }

  ControllerId controller(const std::string& name) const {
    return sites::find_controller(forest_, name)->id;
  }

  sites::Forest with(const std::string& dn, const std::vector<std::string>& replicas) const {
    sites::Forest forest = forest_;
    std::vector<ControllerId> ids;
    for (const std::string& name : replicas)
      ids.push_back(controller(name));
    sites::add_application(forest, *sites::Dn::parse(dn), std::move(ids));
    return forest;
  }

  sites::Forest with_domain(const std::string& dn, const std::vector<std::string>& names) {
    sites::Forest forest = forest_;
    std::set<ControllerId> ids;
    for (const std::string& name : names)
      ids.insert(controller(name));
    sites::add_domain(forest, *sites::Dn::parse(dn), ids);
    return forest;
  }

  static NamingContextId id_of(sites::Forest forest, const std::string& dn) {
    const auto* found = sites::find_naming_context(forest, *sites::Dn::parse(dn));
    return found == nullptr ? NamingContextId{} : found->id;
  }

  std::string write(Write write) { return trouble_with(std::move(write)); }

  /// As a controller applies it, and follows.
  std::string apply(const sites::Forest& wanted) {
    auto together = configuration::changes(*store_.read(), wanted);
    if (together.changes.empty()) return {};
    const auto standing = read();
    if (standing) {
      configuration::begin_contexts(together, configuration::new_contexts(standing->forest, wanted),
                                    wanted);
    }
    std::string trouble = write(std::move(together));
    if (const auto now = read()) {
      const auto contexts = configuration::contexts_now(*now, *store_.read(), identity_.contexts,
                                                        identity_.controller);
      forgotten_ = step(contexts).forgotten;
    }
    return trouble;
  }

  std::optional<Configuration> read() {
    return configuration::read(*store_.read(), configuration::configuration_of(forest_));
  }

  std::vector<std::string> obstacles(const sites::Forest& wanted) {
    return configuration::obstacles(*read(), wanted);
  }

  std::string add(const std::string& dn) {
    return write(Add{.dn = *sites::Dn::parse(dn), .attributes = {}});
  }

  std::set<NamingContextId> forgotten_;
};

TEST_F(ContextsTest, ApplicationContextsMayComeGoAndChangeHands) {
  const sites::Forest one = with("dc=apps", {"oslo-1"});
  EXPECT_TRUE(obstacles(one).empty());
  ASSERT_EQ(apply(one), "");
  sites::Forest stands = read()->forest;
  configuration::take_slots(stands);
  EXPECT_EQ(sites::write_forest(stands), sites::write_forest(one));
  EXPECT_TRUE(obstacles(with("dc=apps", {"oslo-2", "oslo-3", "late"})).empty());
  EXPECT_TRUE(obstacles(forest_).empty());
  sites::Forest domain = one;
  domain.naming_contexts.push_back(
      {.id = NamingContextId(guids_.next()), .kind = Kind::domain, .dn = "dc=eu", .replicas = {}});
  EXPECT_TRUE(has(obstacles(domain), "dc=eu: no controller of it takes writes"));
  sites::Forest other_kind = one;
  for (auto& context : other_kind.naming_contexts) {
    if (context.dn == "dc=apps") context.kind = Kind::domain;
  }
  EXPECT_TRUE(has(obstacles(other_kind), "name and kind cannot change"));
}

TEST_F(ContextsTest, SomebodyWhoTakesWritesAndHasJoinedMustHoldIt) {
  for (const std::vector<std::string>& replicas :
       {std::vector<std::string>{}, {"oslo-3"}, {"late"}, {"oslo-3", "late"}}) {
    EXPECT_TRUE(has(obstacles(with("dc=apps", replicas)), "none of its replicas takes writes"));
  }
  ASSERT_EQ(apply(with("dc=apps", {"oslo-1", "oslo-2"})), "");
  sites::Forest without_oslo_2 = with("dc=apps", {"oslo-1"});
  std::erase_if(without_oslo_2.controllers, [](const auto& one) { return one.name == "oslo-2"; });
  EXPECT_TRUE(obstacles(without_oslo_2).empty());
  ASSERT_EQ(apply(with("dc=apps", {"oslo-2"})), "");
  EXPECT_TRUE(has(obstacles(without_oslo_2), "everybody who holds it (oslo-2) would leave"));
}

TEST_F(ContextsTest, ANewOneCanBeWrittenAtOnceAndARemovedOneIsForgotten) {
  ASSERT_EQ(apply(with("dc=apps", {"oslo-1"})), "");
  EXPECT_EQ(add("cn=x,dc=apps"), "");
  EXPECT_EQ(add("cn=y,cn=LostAndFound,dc=apps"), "");
  const NamingContextId apps = id_of(with("dc=apps", {}), "dc=apps");
  EXPECT_TRUE(has_arrived(*store_.read(), apps, identity_.invocation));
  ASSERT_EQ(apply(forest_), "");
  EXPECT_EQ(forgotten_, std::set{apps});
  EXPECT_FALSE(store_.read()->find(head_of(apps)));
  EXPECT_FALSE(has_arrived(*store_.read(), apps, identity_.invocation));
  EXPECT_NE(originator_in(*store_.read(), apps, identity_.invocation), identity_.invocation);
  EXPECT_NE(add("cn=x,dc=apps"), "");
}

TEST_F(ContextsTest, OneThatIsGivenToOthersTakesNoWritesAndStaysUntilTheyHaveAll) {
  ASSERT_EQ(apply(with("dc=apps", {"oslo-1", "oslo-2"})), "");
  const NamingContextId apps = id_of(with("dc=apps", {}), "dc=apps");
  ASSERT_EQ(add("cn=x,dc=apps"), "");
  ASSERT_EQ(apply(with("dc=apps", {"oslo-2"})), "");
  EXPECT_TRUE(forgotten_.empty());
  EXPECT_NE(add("cn=y,dc=apps"), "");
  EXPECT_NE(write(Set{.target = lost_and_found_of(apps), .attributes = {{"title", {"x"}}}}), "");
  const auto all = vector_of(*store_.read(), apps, identity_.invocation, kNow);
  // The configuration was written last: the naming context ends before.
  const auto last = [&] {
    Usn usn;
    store_.read()->changed_since(apps, Usn{}, [&](const Row& row) {
      usn = row.usn;
      return true;
    });
    return usn;
  }();
  UpToDatenessVector almost;
  almost.merge(identity_.invocation, {.usn = Usn(last.value - 1)});
  EXPECT_TRUE(step(OfferAnswered{1, apps, almost}).forgotten.empty());
  EXPECT_TRUE(step(OfferAnswered{0, apps, all}).forgotten.empty());  // no offer of this leave
  const Selection less{.only = false, .names = {"title"}};
  EXPECT_TRUE(step(OfferAnswered{1, apps, all, less}).forgotten.empty());
  EXPECT_EQ(step(OfferAnswered{1, apps, all}).forgotten, std::set{apps});
  EXPECT_FALSE(store_.read()->find(head_of(apps)));
}

TEST_F(ContextsTest, OneThatLeavesIsNotHandedOverWithWhatIsNotReplicated) {
  ASSERT_EQ(apply(with("dc=apps", {"oslo-1", "oslo-2"})), "");
  const NamingContextId apps = id_of(with("dc=apps", {}), "dc=apps");
  ASSERT_EQ(write(define(*store_.read(), identity_.contexts,
                         {.name = "lastseen", .not_replicated = true})),
            "");
  ASSERT_EQ(write(Set{.target = lost_and_found_of(apps),
                      .attributes = {{"lastseen", {"1"}}, {"title", {"x"}}}}),
            "");
  ASSERT_EQ(apply(with("dc=apps", {"oslo-2"})), "");
  const Page page = answer(*store_.read(), {.request = 1, .naming_context = apps},
                           engine_.identity(), Audience{}, kNow);
  std::set<std::string> sent;
  for (const ObjectChange& object : page.objects) {
    for (const AttributeChange& attribute : object.attributes)
      sent.insert(attribute.name);
  }
  EXPECT_TRUE(sent.contains("title"));
  EXPECT_FALSE(sent.contains("lastseen"));
}

TEST_F(ContextsTest, ARemovedIdNeverComesBackAndANameMeansTheOneThatStands) {
  const sites::Forest first = with("dc=apps", {"oslo-1"});
  const NamingContextId former = id_of(first, "dc=apps");
  ASSERT_EQ(apply(first), "");
  ASSERT_EQ(apply(forest_), "");
  const sites::Forest again =
      configuration::with_lasting_ids(first, read()->forest, *store_.read());
  const NamingContextId present = id_of(again, "dc=apps");
  EXPECT_NE(present, former);
  ASSERT_EQ(apply(again), "");
  EXPECT_EQ(add("cn=x,dc=apps"), "");
  // A file without the GUID means the one of that name.
  const sites::Forest from_file = with("DC=Apps", {"oslo-1", "oslo-2"});
  const sites::Forest meant =
      configuration::with_lasting_ids(from_file, read()->forest, *store_.read());
  EXPECT_EQ(id_of(meant, "DC=Apps"), present);
  EXPECT_EQ(configuration::with_lasting_ids(again, read()->forest, *store_.read()), again);
}

TEST_F(ContextsTest, ADomainComesForControllersThatHaveYetToJoinAndIsHandedOver) {
  const sites::Forest wanted = with_domain("dc=eu", {"late"});
  const NamingContextId domain = id_of(wanted, "dc=eu");
  EXPECT_TRUE(obstacles(wanted).empty());
  EXPECT_TRUE(has(obstacles(with_domain("dc=eu", {"late", "oslo-2"})),
                  "controller oslo-2: what a member holds"));
  ASSERT_EQ(apply(wanted), "");

  // All of its roles are its own controller's, who acts once it has what was begun here.
  for (const MasterRole role : {MasterRole::pdc, MasterRole::rid, MasterRole::infrastructure}) {
    const auto first =
        ownership_of(*store_.read(), configuration_among(identity_.contexts), {role, domain});
    EXPECT_EQ(first.owner, controller("late"));
    ASSERT_TRUE(first.handover.has_value());
    EXPECT_EQ(first.handover->giver, identity_.invocation);
  }

  // Begun here, kept until somebody of it has joined, and not written by those who are not of it.
  auto now = configuration::contexts_now(*read(), *store_.read(), identity_.contexts,
                                         identity_.controller);
  EXPECT_EQ(now.leaving, (Leaving::Remaining{{domain, {}}}));
  EXPECT_EQ(now.held, identity_.contexts);
  EXPECT_NE(add("cn=x,dc=eu"), "");
  ASSERT_EQ(write(configuration::membership(controller("late"), "key", 3)), "");
  EXPECT_TRUE(has(obstacles(forest_), "domain dc=eu: late are members of it"));
  now = configuration::contexts_now(*read(), *store_.read(), identity_.contexts,
                                    identity_.controller);
  EXPECT_EQ(now.leaving, (Leaving::Remaining{{domain, {controller("late")}}}));
  step(now);
  const auto all = vector_of(*store_.read(), domain, identity_.invocation, kNow);
  EXPECT_EQ(step(OfferAnswered{1, domain, all}).forgotten, std::set{domain});
}

TEST_F(ContextsTest, AGlobalCatalogBeginsADomainWholeAndHoldsAPartOfItLater) {
  sites::Forest catalog = with_domain("dc=eu", {"late"});
  for (sites::Controller& one : catalog.controllers) {
    if (one.name == "oslo-1") one.global_catalog = true;
  }
  const NamingContextId domain = id_of(catalog, "dc=eu");
  ASSERT_EQ(apply(catalog), "");
  const auto now = [&] {
    return configuration::contexts_now(*read(), *store_.read(), identity_.contexts,
                                       identity_.controller);
  };
  const auto holds = [&](const ContextsChanged& contexts) {
    return std::ranges::any_of(
        contexts.held, [&](const auto& head) { return head.id == domain && head.is_partial; });
  };
  EXPECT_FALSE(holds(now()));
  EXPECT_TRUE(now().leaving.contains(domain));
  ASSERT_EQ(write(configuration::membership(controller("late"), "key", 3)), "");
  step(now());
  const auto all = vector_of(*store_.read(), domain, identity_.invocation, kNow);
  ASSERT_EQ(step(OfferAnswered{1, domain, all}).forgotten, std::set{domain});
  EXPECT_TRUE(holds(now()));
  EXPECT_TRUE(now().leaving.empty());
}

TEST_F(ContextsTest, ADomainThatNobodyJoinedGoesAndItsNameMadeAnewIsAnother) {
  const sites::Forest wanted = with_domain("dc=eu", {"late"});
  ASSERT_EQ(apply(wanted), "");
  EXPECT_TRUE(obstacles(forest_).empty());
  ASSERT_EQ(apply(forest_), "");
  EXPECT_EQ(forgotten_, std::set{id_of(wanted, "dc=eu")});
  const sites::Forest again =
      configuration::with_lasting_ids(wanted, read()->forest, *store_.read());
  EXPECT_NE(id_of(again, "dc=eu"), id_of(wanted, "dc=eu"));
  EXPECT_EQ(sites::find_controller(again, controller("late"))->domain, id_of(again, "dc=eu"));
  EXPECT_EQ(apply(again), "");
}

TEST_F(ContextsTest, AnUnreadableEntryForgetsNothing) {
  ASSERT_EQ(apply(with("dc=apps", {"oslo-1"})), "");
  const NamingContextId apps = id_of(with("dc=apps", {}), "dc=apps");
  ASSERT_EQ(add("cn=x,dc=apps"), "");
  ASSERT_EQ(
      write(Set{.target = configuration::entry_of(apps), .attributes = {{"kind", {"nonsense"}}}}),
      "");
  const auto now = configuration::contexts_now(*read(), *store_.read(), identity_.contexts,
                                               identity_.controller);
  EXPECT_TRUE(now.removed.empty());
  EXPECT_TRUE(now.leaving.empty());
  EXPECT_TRUE(step(now).forgotten.empty());
  EXPECT_TRUE(store_.read()->find(head_of(apps)));
}

TEST_F(ContextsTest, AReplicaThatIsNoControllerAnyMoreIsLeftOut) {
  ASSERT_EQ(apply(with("dc=apps", {"oslo-1", "oslo-2"})), "");
  ASSERT_EQ(write(Delete{.target = ObjectId(controller("oslo-2").value)}), "");
  const auto forest = read()->forest;
  const auto* context = sites::find_naming_context(forest, id_of(forest, "dc=apps"));
  ASSERT_NE(context, nullptr);
  EXPECT_EQ(context->replicas, std::vector{controller("oslo-1")});
  const auto again = sites::read_forest(sites::write_forest(forest), "again.json");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, forest);
}

}  // namespace
}  // namespace ringspan::replicator
