// A read-only controller between real processes is promoted: it gets what was kept from it, through
// kills, and then takes writes that the other one hears of.

#include <gtest/gtest.h>

#include <fstream>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

constexpr const char* kAlice = "cn=alice,ou=people";

/// oslo-1, and nuuk-1 that only reads and was not sent a password.
class Promotion : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = pair_.scratch.path() / "forest.json";
    Json forest = Json::parse(std::ifstream(file));
    forest["controllers"][1]["read_only"] = true;
    std::ofstream(file) << forest.dump();
    pair_.found();
    pair_.oslo.ask({{"ask", "add"},
                    {"dn", kAlice},
                    {"attributes", {{"title", {"Clerk"}}, {"unicodepwd", {"secret"}}}}});
    pair_.join_nuuk();
    ASSERT_TRUE(
        eventually([this] { return value(pair_.nuuk, "title") == Json::array({"Clerk"}); }));
    ASSERT_EQ(value(pair_.nuuk, "unicodepwd"), Json());
  }

  static Json value(Controller& at, const char* attribute) {
    const Json object = at.ask({{"ask", "get"}, {"dn", kAlice}});
    return object.contains("error") ? object : object.at("attributes").value(attribute, Json());
  }

  /// What nuuk-1 says of itself, through oslo-1, which does not mind that it begins anew meanwhile.
  Json nuuk() {
    const Json answer = pair_.oslo.ask({{"ask", "part"}, {"at", "nuuk-1"}});
    return answer.value("controller", Json{{"writable", nullptr}});
  }

  Ended promote(const std::string& more) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " promote nuuk-1 " + more + " --data " +
                    pair_.oslo.data().string() + " </dev/null"});
  }

  /// Both know what the other one wrote.
  void expect_one_forest() {
    ASSERT_FALSE(pair_.nuuk.set(kAlice, "title", "Head").contains("error"));
    ASSERT_FALSE(pair_.oslo.set(kAlice, "phone", "1").contains("error"));
    EXPECT_TRUE(eventually([this] {
      return value(pair_.oslo, "title") == Json::array({"Head"}) &&
             value(pair_.nuuk, "phone") == Json::array({"1"});
    })) << value(pair_.oslo, "title");
    EXPECT_EQ(value(pair_.nuuk, "unicodepwd"), Json::array({"secret"}));
    EXPECT_TRUE(eventually([this] { return pair_.oslo.dump() == pair_.nuuk.dump(); }));
  }

  Pair pair_;
};

TEST_F(Promotion, GetsWhatWasKeptFromItAndThenTakesWrites) {
  EXPECT_EQ(nuuk().at("writable"), false);
  const std::string before = nuuk().at("invocation");
  const Ended preview = promote("--preview");
  EXPECT_EQ(preview.code, 0) << preview.output;
  EXPECT_EQ(nuuk().at("writable"), false);
  const Ended promoted = promote("--yes");
  ASSERT_EQ(promoted.code, 0) << promoted.output;
  EXPECT_NE(promoted.output.find("nuuk-1 takes writes"), std::string::npos) << promoted.output;
  ASSERT_TRUE(pair_.nuuk.process().wait_for_line("nuuk-1 is promoted"));
  pair_.nuuk.stop();
  pair_.nuuk.serve();
  ASSERT_TRUE(eventually([this] { return nuuk().at("writable") == true; })) << nuuk();
  EXPECT_EQ(nuuk().at("state"), "serving");
  EXPECT_NE(nuuk().at("invocation"), before);
  expect_one_forest();

  const Ended again = promote("--yes");
  EXPECT_EQ(again.code, 0) << again.output;
}

TEST_F(Promotion, GoesOnAfterEveryKill) {
  pair_.nuuk.kill_hard();
  const Json seen =
      pair_.oslo.ask({{"ask", "promote"}, {"controller", "nuuk-1"}, {"preview", true}});
  const Json written =
      pair_.oslo.ask({{"ask", "promote"}, {"controller", "nuuk-1"}, {"expect", seen.at("basis")}});
  ASSERT_EQ(written.value("written", false), true) << written;
  for (int i = 0; i < 5; ++i) {
    pair_.nuuk.serve();
    pair_.nuuk.kill_hard();
  }
  pair_.nuuk.serve();
  ASSERT_TRUE(eventually([this] { return nuuk().at("writable") == true; })) << nuuk();
  pair_.nuuk.kill_hard();
  pair_.nuuk.serve();
  ASSERT_TRUE(eventually([this] { return nuuk().at("writable") == true; })) << nuuk();
  expect_one_forest();
}

}  // namespace
}  // namespace ringspan::tests
