// What a controller has logged, read at a distance: cursors, waiting, restarts, and the command.

#include <gtest/gtest.h>
#include <signal.h>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

Json log_of(Controller& controller, Json more = Json::object()) {
  more["ask"] = "log";
  return controller.ask(more);
}

Json from(const Json& former, Json more = Json::object()) {
  more["after"] = former.at("next");
  more["started"] = former.at("started");
  return more;
}

/// Has it logged a line with these words?
bool says(const Json& answer, const std::string& words) {
  for (const Json& line : answer.at("lines")) {
    if (line.at("text").get<std::string>().find(words) != std::string::npos) return true;
  }
  return false;
}

class Logs : public testing::Test {
 protected:
  void SetUp() override { pair_.found(); }

  Pair pair_;
};

TEST_F(Logs, AreReadFromACursorAndEachLineOnce) {
  const Json first = log_of(pair_.oslo);
  EXPECT_TRUE(says(first, "serving on")) << first;
  EXPECT_EQ(first.at("lines").front().at("number"), 1);
  EXPECT_EQ(log_of(pair_.oslo, from(first)).at("lines").size(), 0U);

  pair_.oslo.ask({{"ask", "invite"}, {"controller", "nuuk-1"}});
  const Json next = log_of(pair_.oslo, from(first));
  EXPECT_TRUE(says(next, "nuuk-1 is invited to join")) << next;
  EXPECT_EQ(next.at("lines").front().at("number"), first.at("next").get<int>() + 1);
  EXPECT_FALSE(next.at("lost").get<bool>());
  EXPECT_FALSE(next.at("restarted").get<bool>());
}

TEST_F(Logs, AreLimitedFromTheEndAndByLevel) {
  const Json all = log_of(pair_.oslo);
  const Json last = log_of(pair_.oslo, {{"limit", 1}});
  ASSERT_EQ(last.at("lines").size(), 1U);
  EXPECT_EQ(last.at("lines").front(), all.at("lines").back());
  const Json warnings = log_of(pair_.oslo, {{"level", "warn"}});
  for (const Json& line : warnings.at("lines"))
    EXPECT_NE(line.at("level"), "info");
  const Json wrong = log_of(pair_.oslo, {{"limit", 0}, {"level", "loud"}}).at("error");
  EXPECT_NE(wrong.at("message").get<std::string>().find("\"limit\""), std::string::npos);
  EXPECT_NE(wrong.at("message").get<std::string>().find("\"level\""), std::string::npos);
}

TEST_F(Logs, BeginAnewWithTheController) {
  const Json before = log_of(pair_.oslo);
  pair_.oslo.stop();
  pair_.oslo.serve();
  const Json after = log_of(pair_.oslo, from(before, {{"wait", true}}));
  EXPECT_TRUE(after.at("restarted").get<bool>());
  EXPECT_NE(after.at("started"), before.at("started"));
  ASSERT_FALSE(after.at("lines").empty());
  EXPECT_EQ(after.at("lines").front().at("number"), 1);
}

TEST_F(Logs, AreFollowedAtAnotherControllerThroughItsRestart) {
  pair_.join_nuuk();
  const std::string data = pair_.oslo.data().string();
  Process follower(ringspan({"log", "--follow", "--data", data, "--at", "nuuk-1"}));
  ASSERT_TRUE(follower.wait_for_line("nuuk-1 info: serving on")) << follower.output();
  pair_.nuuk.kill_hard();
  ASSERT_TRUE(follower.wait_for_line("trying again")) << follower.output();
  pair_.nuuk.serve();
  ASSERT_TRUE(follower.wait_for_line("nuuk-1 was started anew")) << follower.output();
  ASSERT_TRUE(follower.wait_for_line("nuuk-1 info: serving on")) << follower.output();
  follower.signal(SIGINT);
  const Ended ended = follower.wait();
  EXPECT_TRUE(ended.code == 0 || ended.code == 128 + SIGINT) << ended.code;
  EXPECT_EQ(ended.output.back(), '\n');
}

TEST_F(Logs, AreFollowedAsObjectsALineEach) {
  const std::string data = pair_.oslo.data().string();
  Process follower(ringspan({"log", "--follow", "--json", "--lines", "1", "--data", data}));
  ASSERT_TRUE(follower.wait_for_line("\"controller\":\"oslo-1\"")) << follower.output();
  pair_.oslo.ask({{"ask", "invite"}, {"controller", "nuuk-1"}});
  const auto line = follower.wait_for_line("is invited to join");
  ASSERT_TRUE(line) << follower.output();
  const Json object = Json::parse(*line);
  EXPECT_EQ(object.at("controller"), "oslo-1");
  EXPECT_EQ(object.at("level"), "info");
  EXPECT_EQ(object.size(), 4U);
}

}  // namespace
}  // namespace ringspan::tests
