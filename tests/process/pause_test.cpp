// A controller that is paused takes nothing in, or gives nothing out, says so, and catches up at
// once when it is resumed.

#include <gtest/gtest.h>

#include <algorithm>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

class PauseTest : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
    ASSERT_TRUE(pair_.nuuk.process().wait_for_line("nuuk-1 is complete"));
    ASSERT_TRUE(eventually([this] { return status().at("health") == "well"; })) << status().dump(2);
  }

  Json status() { return pair_.oslo.ask({{"ask", "status"}}); }

  /// Through oslo-1, as a person would who cannot reach nuuk-1 itself.
  Json at_nuuk(const char* ask, const char* direction) {
    return pair_.oslo.ask({{"ask", ask}, {"direction", direction}, {"at", "nuuk-1"}});
  }

  static std::string description(Controller& controller) {
    const Json object = controller.ask({{"ask", "get"}, {"dn", "ou=people"}});
    return object.at("attributes").value("description", Json::array({""}))[0];
  }

  void write(Controller& controller, const std::string& value) {
    const Json written = controller.set("ou=people", "description", value);
    ASSERT_FALSE(written.contains("error")) << written.dump();
  }

  bool arrives(Controller& controller, const std::string& value) {
    return eventually([&] { return description(controller) == value; });
  }

  bool same() {
    return eventually([this] { return pair_.oslo.dump() == pair_.nuuk.dump(); });
  }

  static std::string state(const Json& status, const std::string& destination) {
    std::string worst;
    for (const Json& connection : status.at("connections")) {
      if (connection.at("destination") == destination) worst = connection.at("state");
    }
    return worst;
  }

  /// What `ringspan status` ends with.
  int exit_code() { return run(ringspan({"status", "--data", pair_.oslo.data().string()})).code; }

  Pair pair_;
};

TEST_F(PauseTest, InboundItTakesNothingInNotEvenByForceUntilItIsResumed) {
  const Json paused = at_nuuk("pause", "inbound");
  ASSERT_EQ(paused.at("changed"), Json::array({"inbound"})) << paused.dump();
  const Json pause = paused.at("paused").at("inbound");
  EXPECT_EQ(at_nuuk("pause", "inbound").at("changed"), Json::array());
  EXPECT_EQ(at_nuuk("pause", "inbound").at("paused").at("inbound"), pause);

  write(pair_.oslo, "from oslo");
  write(pair_.nuuk, "from nuuk");  // later, so it wins everywhere
  ASSERT_TRUE(arrives(pair_.oslo, "from nuuk"));
  write(pair_.oslo, "from oslo again");
  const Json forced = pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}});
  ASSERT_TRUE(forced.contains("error")) << forced.dump();
  const std::string reason = forced.at("error").at("message");
  EXPECT_NE(reason.find("is paused by " + pause.at("by").get<std::string>()), std::string::npos);
  EXPECT_NE(reason.find("ringspan resume nuuk-1 inbound"), std::string::npos) << reason;
  EXPECT_EQ(description(pair_.nuuk), "from nuuk");

  const Json told = status();
  EXPECT_EQ(told.at("health"), "paused") << told.dump(2);
  EXPECT_EQ(state(told, "nuuk-1"), "paused");
  EXPECT_EQ(told.at("summary").get<std::string>().find("1 paused: nuuk-1 inbound by "), 0U);
  EXPECT_EQ(exit_code(), 1);
  EXPECT_EQ(description(pair_.nuuk), "from nuuk");

  EXPECT_EQ(at_nuuk("resume", "inbound").at("changed"), Json::array({"inbound"}));
  EXPECT_TRUE(arrives(pair_.nuuk, "from oslo again"));
  EXPECT_TRUE(same());
  EXPECT_TRUE(eventually([this] { return exit_code() == 0; }));
}

TEST_F(PauseTest, OutboundItsWritesStayUntilItIsResumedAndThenGoAtOnce) {
  const Json paused = at_nuuk("pause", "outbound");
  ASSERT_EQ(paused.value("changed", Json()), Json::array({"outbound"})) << paused.dump();
  write(pair_.nuuk, "kept");
  const Json forced = pair_.oslo.ask({{"ask", "sync"}, {"from", "nuuk-1"}});
  ASSERT_TRUE(forced.contains("pulls")) << forced.dump();
  const std::string reason = forced.at("pulls")[0].at("error");
  EXPECT_NE(reason.find("outbound replication of nuuk-1 is paused by "), std::string::npos);
  EXPECT_NE(description(pair_.oslo), "kept");
  write(pair_.oslo, "heard at nuuk");  // the other way is open
  ASSERT_TRUE(arrives(pair_.nuuk, "heard at nuuk"));
  write(pair_.nuuk, "kept as well");
  const Json told = status();
  EXPECT_EQ(told.at("health"), "paused") << told.dump(2);
  EXPECT_EQ(state(told, "oslo-1"), "paused") << told.dump(2);
  EXPECT_EQ(exit_code(), 1);

  // After six failures its own next attempt is 32 s away; nuuk-1 calls it.
  for (int i = 0; i < 5; ++i)
    pair_.oslo.ask({{"ask", "sync"}, {"from", "nuuk-1"}});
  const auto resumed = std::chrono::steady_clock::now();
  ASSERT_EQ(at_nuuk("resume", "outbound").at("changed"), Json::array({"outbound"}));
  EXPECT_TRUE(arrives(pair_.oslo, "kept as well"));
  EXPECT_LT(std::chrono::steady_clock::now() - resumed, std::chrono::seconds(16));
  EXPECT_TRUE(same());
  EXPECT_TRUE(eventually([this] { return exit_code() == 0; }));
}

TEST_F(PauseTest, APauseOutlivesTheProcessAndIsSeenWhileItIsDown) {
  at_nuuk("pause", "both");
  write(pair_.oslo, "not for nuuk");
  pair_.nuuk.stop();
  pair_.nuuk.serve();
  const Json told = status();
  EXPECT_EQ(told.at("health"), "paused") << told.dump(2);
  EXPECT_NE(description(pair_.nuuk), "not for nuuk");
  const Ended resumed =
      run(ringspan({"resume", "nuuk-1", "both", "--data", pair_.oslo.data().string()}));
  EXPECT_EQ(resumed.code, 0) << resumed.output;
  EXPECT_EQ(resumed.output, "nuuk-1 inbound: resumed\nnuuk-1 outbound: resumed\n");
  EXPECT_TRUE(arrives(pair_.nuuk, "not for nuuk"));
  EXPECT_TRUE(same());
}

}  // namespace
}  // namespace ringspan::tests
