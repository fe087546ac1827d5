// Two real controllers over a wire that can be cut: nothing that was acknowledged is lost, both end
// with the same bytes, and no value crosses an edge twice.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

/// What `destination` has pulled since it was born, over all naming contexts.
std::uint64_t values_pulled(Controller& asked, const std::string& destination) {
  std::uint64_t values = 0;
  const Json status = asked.ask({{"ask", "status"}});
  for (const Json& connection : status.at("connections")) {
    if (connection.at("destination") == destination)
      values += connection.at("total").at("values").get<std::uint64_t>();
  }
  return values;
}

/// Both have their identifiers, and each has what the other wrote: nothing is on its way.
bool at_rest(Pair& pair) {
  const Json seen = pair.nuuk.ask({{"ask", "id_status"}});
  if (!seen.contains("domains") || seen.at("domains").empty()) return false;
  const Json& takers = seen.at("domains").at(0).at("controllers");
  const bool stocked = std::ranges::all_of(
      takers, [](const Json& taker) { return taker.at("at_hand") > 0 && taker.at("reserve") > 0; });
  return takers.size() == 2 && stocked && pair.oslo.dump() == pair.nuuk.dump();
}

Json pull(Controller& destination, const std::string& source) {
  return destination.ask({{"ask", "sync"}, {"from", source}});
}

bool well(const Json& answer) {
  return !answer.contains("error");
}

Json add(Controller& controller, const std::string& dn, const std::string& title) {
  return controller.ask(
      {{"ask", "add"}, {"dn", dn}, {"attributes", {{"title", Json::array({title})}}}});
}

std::string title_of(Controller& controller, const std::string& dn) {
  const Json object = controller.ask({{"ask", "get"}, {"dn", dn}});
  return well(object) ? object.at("attributes").value("title", Json::array({""}))[0] : "";
}

TEST(Replication, AJoinedControllerFillsItselfAndHearsOfEveryWrite) {
  Pair pair;
  pair.found();
  ASSERT_TRUE(well(add(pair.oslo, "cn=alice,ou=people", "Head of A")));
  pair.join_nuuk();
  EXPECT_TRUE(eventually([&] { return title_of(pair.nuuk, "cn=alice,ou=people") == "Head of A"; }));
  ASSERT_TRUE(well(pair.nuuk.set("cn=alice,ou=people", "title", "Head of B")));
  EXPECT_TRUE(eventually([&] { return title_of(pair.oslo, "cn=alice,ou=people") == "Head of B"; }));
  EXPECT_TRUE(pair.oslo.dump() == pair.nuuk.dump());  // too long to be printed
}

TEST(Replication, NoValueCrossesAnEdgeTwice) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  ASSERT_TRUE(eventually([&] { return at_rest(pair); }));
  const std::uint64_t to_nuuk = values_pulled(pair.oslo, "nuuk-1");
  const std::uint64_t to_oslo = values_pulled(pair.oslo, "oslo-1");
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(well(add(pair.oslo, "cn=o" + std::to_string(i) + ",ou=people", "from oslo")));
    ASSERT_TRUE(well(add(pair.nuuk, "cn=n" + std::to_string(i) + ",cn=LostAndFound", "from nuuk")));
  }
  ASSERT_TRUE(well(pull(pair.nuuk, "oslo-1")));
  ASSERT_TRUE(well(pull(pair.oslo, "nuuk-1")));
  EXPECT_TRUE(pair.oslo.dump() == pair.nuuk.dump());  // too long to be printed
  // Twenty objects each way, a name and a title each.
  EXPECT_EQ(values_pulled(pair.oslo, "nuuk-1"), to_nuuk + 40);
  EXPECT_EQ(values_pulled(pair.oslo, "oslo-1"), to_oslo + 40);
  pull(pair.nuuk, "oslo-1");
  EXPECT_EQ(values_pulled(pair.oslo, "nuuk-1"), to_nuuk + 40);
}

TEST(Replication, WritesOnBothSidesOfACutEndInOneStateAndTheLoserIsJournaled) {
  Pair pair;
  pair.found();
  ASSERT_TRUE(well(add(pair.oslo, "cn=alice,ou=people", "Head of A")));
  pair.join_nuuk();
  ASSERT_TRUE(eventually([&] { return at_rest(pair); }));
  const std::uint64_t to_nuuk = values_pulled(pair.oslo, "nuuk-1");
  const std::uint64_t to_oslo = values_pulled(pair.oslo, "oslo-1");

  pair.cut();
  ASSERT_TRUE(well(pair.oslo.set("cn=alice,ou=people", "title", "Head of Oslo")));
  ASSERT_TRUE(well(pair.nuuk.set("cn=alice,ou=people", "title", "Head of Nuuk")));
  ASSERT_TRUE(well(pair.nuuk.set("cn=alice,ou=people", "phone", "1")));
  pair.mend();

  ASSERT_TRUE(eventually([&] { return pair.oslo.dump() == pair.nuuk.dump(); }));
  // Later or greater originator: one of the two won, at both.
  const std::string title = title_of(pair.oslo, "cn=alice,ou=people");
  EXPECT_TRUE(title == "Head of Oslo" || title == "Head of Nuuk") << title;
  const auto conflicts = [](Controller& controller) {
    return controller.ask({{"ask", "conflicts"}}).at("conflicts");
  };
  const std::size_t journaled = conflicts(pair.oslo).size() + conflicts(pair.nuuk).size();
  EXPECT_GE(journaled, 1U);
  EXPECT_LE(values_pulled(pair.oslo, "nuuk-1"), to_nuuk + 1);
  EXPECT_LE(values_pulled(pair.oslo, "oslo-1"), to_oslo + 2);
}

TEST(Replication, WhatWasAcknowledgedSurvivesASuddenEnd) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  ASSERT_TRUE(eventually([&] { return at_rest(pair); }));
  const std::uint64_t to_nuuk = values_pulled(pair.oslo, "nuuk-1");
  const std::uint64_t to_oslo = values_pulled(pair.oslo, "oslo-1");

  pair.cut();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(well(add(pair.nuuk, "cn=n" + std::to_string(i) + ",ou=people", "kept")));
    ASSERT_TRUE(well(add(pair.oslo, "cn=o" + std::to_string(i) + ",ou=people", "kept")));
  }
  pair.nuuk.kill_hard();
  pair.mend();
  pair.nuuk.serve();

  ASSERT_TRUE(eventually([&] { return pair.oslo.dump() == pair.nuuk.dump(); }));
  EXPECT_EQ(title_of(pair.oslo, "cn=n19,ou=people"), "kept");
  EXPECT_EQ(values_pulled(pair.oslo, "nuuk-1"), to_nuuk + 40);
  EXPECT_EQ(values_pulled(pair.oslo, "oslo-1"), to_oslo + 40);
}

TEST(Replication, AControllerThatIsAskedToStopsInOrder) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  ASSERT_TRUE(well(pull(pair.nuuk, "oslo-1")));
  const Ended ended = pair.nuuk.stop();
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_NE(ended.output.find("stopped"), std::string::npos) << ended.output;
  const Json status = pair.oslo.ask({{"ask", "status"}});
  EXPECT_EQ(status.at("health"), "failing") << status.dump(2);
  EXPECT_EQ(status.at("controllers")[1].at("state"), "silent") << status.dump(2);
  pair.nuuk.serve();
  EXPECT_TRUE(
      eventually([&] { return pair.oslo.ask({{"ask", "status"}}).at("health") == "well"; }));
}

TEST(Replication, TwoControllersOfOneFolderAreRefused) {
  Pair pair;
  pair.found();
  const Ended second = run(ringspan({"serve", "--data", pair.oslo.data().string()}));
  EXPECT_NE(second.code, 0);
  EXPECT_NE(second.output.find("directory.sqlite"), std::string::npos) << second.output;
}

}  // namespace
}  // namespace ringspan::tests
