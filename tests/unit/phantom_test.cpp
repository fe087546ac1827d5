// Phantoms (rule O10 of docs/roles.md): the names of linked objects of other naming contexts, where
// these are not held.

#include "replicator/engine/phantom.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "replicator/engine/directory.hpp"
#include "replicator/engine/ownership.hpp"
#include "sites/naming_context.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

constexpr base::Time kNow{std::chrono::days(19'000)};

sites::Forest forest_with_robots() {
  auto forest = sites::read_forest(
      R"({"name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
          "applications": [{"dn": "dc=apps", "replicas": ["oslo-1"]}],
          "sites": [{"name": "oslo"}],
          "controllers": [{"name": "oslo-1", "site": "oslo"}, {"name": "oslo-2", "site": "oslo"}]})",
      "test.json");
  EXPECT_TRUE(forest.has_value());
  return forest.value_or(sites::Forest{});
}

sites::Dn dn(const char* text) {
  return *sites::Dn::parse(text);
}

class PhantomTest : public testing::Test, protected tests::OneReplica {
 protected:
  PhantomTest() : OneReplica(forest_with_robots(), kNow, "oslo-1") {
    robot_ = asked(Add{.dn = dn("cn=robot,dc=apps"), .attributes = {}})->object;
    EXPECT_TRUE(asked(Add{.dn = dn("cn=staff,ou=groups"), .attributes = {}}));
    EXPECT_EQ(trouble_with(member<AddLink>(robot_)), "");
  }

  template <typename LinkWrite>
  static LinkWrite member(const Target& target) {
    return {.source = dn("cn=staff,ou=groups"), .attribute = "member", .target = target};
  }
  NamingContextId domain() const { return forest_.root_domain; }
  const NamingContextHead& head() const {
    return *std::ranges::find(identity_.contexts, domain(), &NamingContextHead::id);
  }
  std::optional<Phantom> phantom() { return phantom_of(*store_.read(), domain(), robot_); }
  std::string mend(const Phantoms& told) {
    Together together;
    together.changes = mend_phantoms(*store_.read(), identity_.contexts, head(), told);
    return together.changes.empty() ? "nothing" : trouble_with(std::move(together));
  }

  ObjectId robot_;
};

TEST_F(PhantomTest, IsWrittenWithTheFirstLinkAndMendedOnce) {
  EXPECT_EQ(phantom(), (Phantom{.dn = "cn=robot,dc=apps"}));
  EXPECT_EQ(foreign_targets(*store_.read(), identity_.contexts, domain()), std::set{robot_});
  EXPECT_EQ(mend({{robot_, {.dn = "cn=robot,dc=apps"}}}), "nothing");
  EXPECT_EQ(mend({{robot_, {.dn = "cn=android,dc=apps"}}}), "");
  EXPECT_EQ(phantom(), (Phantom{.dn = "cn=android,dc=apps"}));
  EXPECT_EQ(mend({}), "nothing") << "nobody could be asked";
  EXPECT_EQ(mend({{robot_, {.dn = {}, .gone = true}}}), "");
  EXPECT_EQ(phantom(), (Phantom{.dn = "cn=android,dc=apps", .gone = true}));
  EXPECT_EQ(mend({{robot_, {.dn = "cn=android,dc=apps"}}}), "");
  EXPECT_EQ(phantom(), (Phantom{.dn = "cn=android,dc=apps"}));
}

TEST_F(PhantomTest, GoesWithTheLastLinkAndComesAgain) {
  EXPECT_EQ(trouble_with(member<RemoveLink>(robot_)), "");
  EXPECT_EQ(mend({}), "");
  EXPECT_EQ(phantom(), std::nullopt);
  EXPECT_EQ(mend({{robot_, {.dn = "cn=robot,dc=apps"}}}), "nothing") << "no link needs it";
  EXPECT_EQ(trouble_with(member<AddLink>(robot_)), "");
  EXPECT_EQ(phantom(), (Phantom{.dn = "cn=robot,dc=apps"}));
}

TEST_F(PhantomTest, NamesAnObjectThatIsNotHere) {
  const ObjectId stranger(base::Guid::from_name({}, "stranger"));
  EXPECT_NE(trouble_with(member<AddLink>(stranger)), "");
  Together linked;
  linked.changes =
      add_phantoms(*store_.read(), head(), {{stranger, {.dn = "cn=eva,dc=eu,dc=example"}}});
  linked.changes.emplace_back(member<AddLink>(stranger));
  EXPECT_EQ(trouble_with(std::move(linked)), "");
  const auto shown = [this] {
    const auto snapshot = store_.read();
    const Directory directory(*snapshot, identity_.contexts);
    std::vector<std::string> names;
    for (const auto& link : directory.links(*directory.locate(dn("cn=staff,ou=groups"))))
      names.push_back(link.dn);
    return names;
  };
  EXPECT_EQ(shown(), (std::vector<std::string>{"cn=eva,dc=eu,dc=example", "cn=robot,dc=apps"}));
  EXPECT_EQ(mend({{stranger, {.dn = {}, .gone = true}}}), "");
  EXPECT_EQ(shown(), std::vector<std::string>{"cn=robot,dc=apps"});
  EXPECT_EQ(mend({{stranger, {.dn = "cn=eva,dc=eu,dc=example"}}}), "");
  EXPECT_EQ(trouble_with(member<RemoveLink>(dn("cn=eva,dc=eu,dc=example"))), "");
  EXPECT_EQ(shown(), std::vector<std::string>{"cn=robot,dc=apps"});
}

TEST_F(PhantomTest, IsChangedByTheOwnerOfTheInfrastructureRoleAlone) {
  const RoleId role{MasterRole::infrastructure, domain()};
  ASSERT_TRUE(asked(GiveRole{.role = role,
                             .to = sites::find_controller(forest_, "oslo-2")->id,
                             .invocation = InvocationId(guids_.next()),
                             .who = {},
                             .why = {},
                             .request = {}}));
  const std::string trouble = mend({{robot_, {.dn = "cn=android,dc=apps"}}});
  EXPECT_NE(trouble.find("infrastructure role: belongs to"), std::string::npos) << trouble;
  EXPECT_EQ(phantom(), (Phantom{.dn = "cn=robot,dc=apps"}));
  const Set by_hand{.target = phantom_id(domain(), robot_),
                    .attributes = {{"phantomdn", {"cn=x"}}}};
  EXPECT_NE(trouble_with(by_hand), "");
  ASSERT_TRUE(asked(Add{.dn = dn("cn=night,ou=groups"), .attributes = {}}));
  EXPECT_EQ(trouble_with(AddLink{
                .source = dn("cn=night,ou=groups"), .attribute = "member", .target = robot_}),
            "");
}

}  // namespace
}  // namespace ringspan::replicator
