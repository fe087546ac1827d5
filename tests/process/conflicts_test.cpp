// Conflicts at two real controllers: one id everywhere, both writers, and the way back.

#include <gtest/gtest.h>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

bool well(const Json& answer) {
  return !answer.contains("error");
}

class Conflicts : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
    for (const char* dn : {"cn=staff,ou=groups", "cn=alice,ou=people"})
      ASSERT_TRUE(well(pair_.oslo.ask({{"ask", "add"}, {"dn", dn}})));
    ASSERT_TRUE(well(pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}})));
  }

  /// Alice's title is written at both while neither hears the other.
  void write_at_both() {
    pair_.cut();
    ASSERT_TRUE(well(pair_.oslo.set(kAlice, "title", "Head of Oslo")));
    ASSERT_TRUE(well(pair_.nuuk.set(kAlice, "title", "Head of Nuuk")));
    pair_.mend();
    ASSERT_TRUE(eventually([&] { return same(); }));
  }

  static Json list(Controller& controller, Json filter = Json::object()) {
    filter["ask"] = "conflicts";
    return controller.ask(filter).at("conflicts");
  }

  /// The one conflict there is, once both have heard of it.
  Json only() {
    EXPECT_TRUE(eventually([&] { return list(pair_.oslo).size() == 1; }));
    return list(pair_.oslo).at(0);
  }

  static Json show(Controller& controller, const Json& id) {
    return controller.ask({{"ask", "conflict"}, {"id", id}});
  }

  static Json restore(Controller& controller, const Json& id) {
    return controller.ask({{"ask", "conflict_restore"}, {"id", id}});
  }

  std::string title(Controller& controller) {
    const Json object = controller.ask({{"ask", "get"}, {"dn", kAlice}});
    return well(object) ? object.at("attributes").at("title").at(0).get<std::string>() : "";
  }

  bool same() { return pair_.oslo.dump() == pair_.nuuk.dump(); }

  const std::string kAlice = "cn=alice,ou=people";
  Pair pair_;
};

TEST_F(Conflicts, OneIsTheSameEverywhereWithBothValuesWritersAndSites) {
  write_at_both();
  const Json conflict = only();
  EXPECT_EQ(list(pair_.nuuk).at(0).at("id"), conflict.at("id"));
  EXPECT_EQ(conflict.at("attribute"), "title");
  for (const char* side : {"lost", "kept"}) {
    const Json& write = conflict.at(side);
    const std::string site = write.at("site");
    EXPECT_EQ(write.at("originator"), site + "-1");
    EXPECT_EQ(write.at("values").at(0), site == "oslo" ? "Head of Oslo" : "Head of Nuuk");
  }
  EXPECT_EQ(list(pair_.oslo, {{"sites", {"nuuk", "oslo"}}}).size(), 1U);
  EXPECT_EQ(list(pair_.oslo, {{"sites", {"oslo", "oslo"}}}).size(), 0U);
  EXPECT_EQ(list(pair_.oslo, {{"kind", "link"}}).size(), 0U);
  EXPECT_EQ(list(pair_.oslo, {{"object", kAlice}, {"attribute", "Title"}}).size(), 1U);
  EXPECT_EQ(list(pair_.oslo, {{"since", "2999-01-01T00:00:00Z"}}).size(), 0U);
  const Json hot = pair_.oslo.ask({{"ask", "conflicts"}}).at("hot");
  EXPECT_EQ(hot.at("sites"), Json::array({{{"sites", {"nuuk", "oslo"}}, {"conflicts", 1}}}));
}

TEST_F(Conflicts, WhatLostIsWrittenAnewAtEitherAndWinsEverywhere) {
  write_at_both();
  const Json conflict = only();
  const std::string lost = conflict.at("lost").at("values").at(0);
  const Json details = show(pair_.nuuk, conflict.at("id").get<std::string>().substr(0, 6));
  EXPECT_EQ(details.at("present"), conflict.at("kept").at("values"));
  EXPECT_EQ(details.at("restore").at("what"), "title becomes \"" + lost + "\"");
  const Json restored = restore(pair_.nuuk, conflict.at("id"));
  EXPECT_EQ(restored.at("controller"), "nuuk-1") << restored.dump();
  EXPECT_TRUE(eventually([&] { return title(pair_.oslo) == lost && title(pair_.nuuk) == lost; }));
  // A succession, no new conflict; and what is so already is not written again.
  EXPECT_EQ(list(pair_.oslo).size(), 1U);
  EXPECT_EQ(restore(pair_.oslo, conflict.at("id")).at("error").at("code"), "refused");
}

TEST_F(Conflicts, OfADeletedObjectNothingIsRestoredUntilItLives) {
  write_at_both();
  const Json id = only().at("id");
  ASSERT_TRUE(well(pair_.oslo.ask({{"ask", "delete"}, {"dn", kAlice}})));
  const Json details = show(pair_.oslo, id);
  EXPECT_EQ(details.at("restore").at("possible"), false);
  const Json refused = restore(pair_.oslo, id);
  EXPECT_NE(refused.dump().find("undelete"), std::string::npos) << refused.dump();
  ASSERT_TRUE(well(pair_.oslo.ask({{"ask", "undelete"}, {"dn", kAlice}})));
  EXPECT_TRUE(well(restore(pair_.oslo, id)));
}

TEST_F(Conflicts, ALinkLostToADeletionIsShownByNameAndRestored) {
  const Json link{{"ask", "link"},
                  {"dn", "cn=staff,ou=groups"},
                  {"attribute", "member"},
                  {"targets", {kAlice}}};
  pair_.cut();
  ASSERT_TRUE(well(pair_.oslo.ask(link)));
  ASSERT_TRUE(well(pair_.nuuk.ask({{"ask", "delete"}, {"dn", kAlice}})));
  pair_.mend();
  ASSERT_TRUE(eventually([&] { return same(); }));
  const Json conflict = only();
  EXPECT_EQ(conflict.at("kind"), "deletion");
  EXPECT_EQ(conflict.at("lost").at("values"),
            Json::array({"cn=alice,ou=people,dc=corp,dc=example"}));
  ASSERT_TRUE(well(pair_.nuuk.ask({{"ask", "undelete"}, {"dn", kAlice}})));
  const Json restored = restore(pair_.nuuk, conflict.at("id"));
  ASSERT_TRUE(well(restored)) << restored.dump();
  const Json staff = pair_.nuuk.ask({{"ask", "get"}, {"dn", "cn=staff,ou=groups"}});
  EXPECT_EQ(staff.at("links").at("member").size(), 1U);
}

TEST_F(Conflicts, AJournalThatCannotBeReadIsNamed) {
  write_at_both();
  pair_.nuuk.kill_hard();
  const Json answer = pair_.oslo.ask({{"ask", "conflicts"}});
  ASSERT_EQ(answer.at("missing").size(), 1U);
  EXPECT_EQ(answer.at("missing").at(0).at("controller"), "nuuk-1");
  const Json unknown = show(pair_.oslo, "0000");
  EXPECT_EQ(unknown.at("error").at("code"), "not_found");
  EXPECT_NE(unknown.dump().find("could not be asked: nuuk-1"), std::string::npos);
}

}  // namespace
}  // namespace ringspan::tests
