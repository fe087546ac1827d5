// Links, deletions and what replication knows, at two real controllers.

#include <gtest/gtest.h>

#include <algorithm>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

bool well(const Json& answer) {
  return !answer.contains("error");
}

class Links : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
    for (const char* dn : {"cn=staff,ou=groups", "cn=alice,ou=people", "cn=bob,ou=people"})
      ASSERT_TRUE(well(pair_.oslo.ask({{"ask", "add"}, {"dn", dn}})));
    ASSERT_TRUE(well(pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}})));
  }

  static Json link(Controller& controller, const std::string& ask,
                   const std::vector<std::string>& targets) {
    return controller.ask({{"ask", ask},
                           {"dn", "cn=staff,ou=groups"},
                           {"attribute", "member"},
                           {"targets", targets}});
  }

  static Json get(Controller& controller, const std::string& dn) {
    return controller.ask({{"ask", "get"}, {"dn", dn}});
  }

  /// RDNs, for short.
  static std::vector<std::string> linked(const Json& object, const char* side,
                                         const char* attribute) {
    std::vector<std::string> names;
    for (const Json& one : object.at(side).value(attribute, Json::array())) {
      const auto dn = one.at("dn").get<std::string>();
      names.push_back(dn.substr(0, dn.find(',')));
    }
    return names;
  }

  std::vector<std::string> members(Controller& controller) {
    return linked(get(controller, "cn=staff,ou=groups"), "links", "member");
  }

  bool same() { return pair_.oslo.dump() == pair_.nuuk.dump(); }

  Pair pair_;
};

using Names = std::vector<std::string>;

TEST_F(Links, TwoPeopleChangeOneGroupAtOnceAndNeitherIsLost) {
  pair_.cut();
  ASSERT_TRUE(well(link(pair_.oslo, "link", {"cn=alice,ou=people"})));
  ASSERT_TRUE(well(link(pair_.nuuk, "link", {"cn=bob,ou=people"})));
  pair_.mend();
  const Names both{"cn=alice", "cn=bob"};
  ASSERT_TRUE(eventually(
      [&] { return members(pair_.oslo) == both && members(pair_.nuuk) == both && same(); }));
  const Json bob = get(pair_.nuuk, "cn=bob,ou=people");
  EXPECT_EQ(linked(bob, "back_links", "memberof"), Names{"cn=staff"});
  ASSERT_TRUE(well(link(pair_.nuuk, "unlink", {"cn=alice,ou=people", "cn=bob,ou=people"})));
  EXPECT_TRUE(eventually([&] { return members(pair_.oslo).empty() && same(); }));
}

TEST_F(Links, OneThatIsNotThereStopsAllAndEveryFaultIsNamed) {
  const Json refused =
      link(pair_.oslo, "link", {"cn=alice,ou=people", "cn=nobody", "cn=noone,ou=people"});
  EXPECT_EQ(refused.at("error").at("code"), "not_found");
  const std::string message = refused.at("error").at("message");
  EXPECT_NE(message.find("cn=nobody"), std::string::npos) << message;
  EXPECT_NE(message.find("cn=noone"), std::string::npos) << message;
  EXPECT_TRUE(members(pair_.oslo).empty());
  ASSERT_TRUE(well(link(pair_.oslo, "link", {"cn=alice,ou=people"})));
  const Json again = link(pair_.oslo, "link", {"cn=bob,ou=people", "cn=alice,ou=people"});
  EXPECT_EQ(again.at("error").at("code"), "exists");
  EXPECT_EQ(members(pair_.oslo), Names{"cn=alice"});
}

TEST_F(Links, AnObjectIsAddedWithItsLinksOrNotAtAll) {
  const auto add = [this](const char* dn, const Json& member) {
    return pair_.oslo.ask({{"ask", "add"}, {"dn", dn}, {"attributes", {{"member", member}}}});
  };
  ASSERT_TRUE(well(add("cn=crew,ou=groups", {"cn=alice,ou=people", "cn=bob,ou=people"})));
  EXPECT_EQ(linked(get(pair_.oslo, "cn=crew,ou=groups"), "links", "member"),
            (Names{"cn=alice", "cn=bob"}));
  EXPECT_FALSE(well(add("cn=ghosts,ou=groups", {"cn=alice,ou=people", "cn=nobody"})));
  EXPECT_FALSE(well(get(pair_.oslo, "cn=ghosts,ou=groups")));
}

TEST_F(Links, ATreeIsDeletedInOneWriteFoundAndUndeletedElsewhere) {
  for (const char* dn : {"ou=harbour", "cn=pilot,ou=harbour", "cn=tug,ou=harbour"})
    ASSERT_TRUE(well(pair_.oslo.ask({{"ask", "add"}, {"dn", dn}})));
  const Json look =
      pair_.oslo.ask({{"ask", "delete"}, {"dn", "ou=harbour"}, {"tree", true}, {"preview", true}});
  EXPECT_EQ(look.at("objects"), 3);
  EXPECT_FALSE(well(pair_.oslo.ask({{"ask", "delete"}, {"dn", "ou=harbour"}})));
  ASSERT_TRUE(well(pair_.oslo.ask({{"ask", "delete"}, {"dn", "ou=harbour"}, {"tree", true}})));
  ASSERT_TRUE(eventually([&] { return same(); }));

  const Json deleted = pair_.nuuk.ask({{"ask", "deleted"}, {"dn", "ou=harbour"}}).at("objects");
  ASSERT_EQ(deleted.size(), 3U);
  EXPECT_TRUE(
      std::ranges::all_of(deleted, [](const Json& object) { return object.at("by") == "oslo-1"; }));
  const auto pilot = std::ranges::find_if(deleted, [](const Json& object) {
    return object.at("dn").get<std::string>().starts_with("cn=pilot");
  });
  ASSERT_NE(pilot, deleted.end());
  EXPECT_EQ(pilot->at("parent_deleted"), true);
  const Json guid = pilot->at("object");
  EXPECT_EQ(pair_.nuuk.ask({{"ask", "get"}, {"dn", guid}}).at("error").at("code"), "not_found");
  EXPECT_EQ(pair_.nuuk.ask({{"ask", "get"}, {"dn", guid}, {"deleted", true}}).at("deleted"), true);

  const Json early = pair_.nuuk.ask({{"ask", "undelete"}, {"dn", guid}});
  EXPECT_NE(early.dump().find("undelete that first"), std::string::npos) << early.dump();
  ASSERT_TRUE(well(pair_.nuuk.ask({{"ask", "undelete"}, {"dn", "ou=harbour"}})));
  const Json again = pair_.nuuk.ask({{"ask", "undelete"}, {"dn", guid}, {"rdn", "cn=Pilot 2"}});
  EXPECT_EQ(again.at("object"), guid);
  EXPECT_TRUE(eventually([&] { return well(get(pair_.oslo, "cn=pilot 2,ou=harbour")); }));
}

TEST_F(Links, StampsVectorAndWatermarksTellWhatReplicationKnows) {
  ASSERT_TRUE(well(pair_.oslo.set("cn=alice,ou=people", "title", "A")));
  ASSERT_TRUE(well(link(pair_.oslo, "link", {"cn=alice,ou=people"})));
  ASSERT_TRUE(eventually([&] { return members(pair_.nuuk) == Names{"cn=alice"}; }));
  ASSERT_TRUE(well(pair_.nuuk.set("cn=alice,ou=people", "title", "B")));
  ASSERT_TRUE(well(link(pair_.nuuk, "unlink", {"cn=alice,ou=people"})));

  const Json alice = pair_.nuuk.ask({{"ask", "stamps"}, {"dn", "cn=alice,ou=people"}});
  const auto title = std::ranges::find_if(
      alice.at("attributes"), [](const Json& one) { return one.at("attribute") == "title"; });
  ASSERT_NE(title, alice.at("attributes").end());
  EXPECT_EQ(title->at("version"), 2);
  EXPECT_EQ(title->at("originator"), "nuuk-1");
  EXPECT_EQ(title->at("usn"), title->at("local_usn"));
  ASSERT_EQ(title->at("context").size(), 1U);
  EXPECT_EQ(title->at("context")[0].at("originator"), "oslo-1");
  const Json staff = pair_.nuuk.ask({{"ask", "stamps"}, {"dn", "cn=staff,ou=groups"}});
  ASSERT_EQ(staff.at("links").size(), 1U);
  EXPECT_EQ(staff.at("links")[0].at("present"), false);
  EXPECT_EQ(staff.at("links")[0].at("version"), 2);

  const Json vector = pair_.nuuk.ask({{"ask", "vector"}, {"naming_context", "dc=corp,dc=example"}});
  ASSERT_EQ(vector.at("naming_contexts").size(), 1U);
  Names heard;
  for (const Json& cursor : vector.at("naming_contexts")[0].at("cursors"))
    heard.push_back(cursor.at("controller"));
  std::ranges::sort(heard);
  EXPECT_EQ(heard, (Names{"nuuk-1", "oslo-1"}));
  const Json marks = pair_.nuuk.ask({{"ask", "watermarks"}}).at("watermarks");
  ASSERT_EQ(marks.size(), 3U);
  EXPECT_TRUE(std::ranges::all_of(marks, [](const Json& mark) {
    return mark.at("source") == "oslo-1" && mark.at("settled") <= mark.at("usn") &&
           mark.at("last_success").is_string();
  })) << marks.dump(2);
}

}  // namespace
}  // namespace ringspan::tests
