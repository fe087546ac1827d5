// One command after which everyone has everything: six real controllers in three sites, forced over
// every connection; one that is gone is named, and Ctrl-C leaves every replica whole.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <set>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

class SyncAll : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    ASSERT_TRUE(eventually([this] { return same() && health() == "well"; }));
    ASSERT_TRUE(eventually([this] { return same(); }));
  }

  std::string health() {
    return forest_.at("oslo-1").ask({{"ask", "status"}}).at("health").get<std::string>();
  }

  bool same() { return same(forest_.names()); }

  bool same(const std::vector<std::string>& names) {
    const std::string first = forest_.at(names.front()).dump();
    return std::ranges::all_of(
        names, [&](const std::string& name) { return forest_.at(name).dump() == first; });
  }

  /// `count` objects, spread over these controllers.
  void add(const std::vector<std::string>& names, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string dn = "cn=s" + std::to_string(++writes_) + ",ou=people";
      const std::string& name = names[static_cast<std::size_t>(i) % names.size()];
      const Json added = forest_.at(name).ask(
          {{"ask", "add"}, {"dn", dn}, {"attributes", {{"title", {"written at " + name}}}}});
      ASSERT_FALSE(added.contains("error")) << added.dump();
    }
  }

  std::vector<std::string> sync(std::vector<std::string> words, const std::string& at = "oslo-1") {
    words.insert(words.begin(), "sync");
    words.insert(words.end(), {"--data", forest_.at(at).data().string()});
    return ringspan(words);
  }

  /// With --json; what it ended with goes into `code`.
  Json ask(std::vector<std::string> words, int& code) {
    words.emplace_back("--json");
    const Ended ended = run(sync(std::move(words)));
    code = ended.code;
    const Json answer = Json::parse(ended.output, nullptr, false);
    EXPECT_TRUE(answer.is_object()) << ended.output;
    return answer;
  }

  static std::string state(const Json& answer, const std::string& name) {
    for (const Json& controller : answer.at("controllers")) {
      if (controller.at("name") == name) return controller.at("state");
    }
    return "";
  }

  ThreeSites forest_;
  int writes_ = 0;
};

TEST_F(SyncAll, WhenItReturnsEveryoneHasWhatExisted) {
  int code = -1;
  for (int round = 0; round < 3; ++round) {
    add(forest_.names(), 30);
    const Json answer = ask({"--all"}, code);
    EXPECT_TRUE(same());  // at once
    EXPECT_EQ(code, 0) << answer.dump(2);
    EXPECT_EQ(answer.at("state"), "done");
    EXPECT_EQ(answer.at("health"), "well");
    EXPECT_EQ(answer.at("pulls").at("done"), answer.at("pulls").at("all"));
    for (const Json& hop : answer.at("hops"))
      EXPECT_EQ(hop.at("reached"), hop.at("all")) << answer.dump(2);
    EXPECT_GE(answer.at("hops").size(), 2U) << answer.dump(2);
  }
  // Nothing to do is done as well, and every connection is pulled over once more: it carries
  // nothing.
  const Json again = ask({"--all", "--naming-context", "dc=corp,dc=example"}, code);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(again.at("goal").at("naming_contexts").size(), 1U);
  EXPECT_EQ(again.at("carried").at("values"), 0) << again.dump(2);
  const Json full = ask({"--all", "--full"}, code);
  EXPECT_EQ(code, 0);
  EXPECT_GT(full.at("carried").at("values"), 90 * 2) << full.dump(2);
  EXPECT_TRUE(same());
  const Ended shown = run(sync({"--all"}));
  EXPECT_NE(shown.output.find("All 6 controllers have what existed when it began."),
            std::string::npos)
      << shown.output;
}

TEST_F(SyncAll, WhatOneHasReachesAllAndAnObjectReachesOne) {
  int code = -1;
  add({"nuuk-2"}, 20);
  const Json pushed = ask({"--from", "nuuk-2", "--to", "all"}, code);
  EXPECT_EQ(code, 0) << pushed.dump(2);
  EXPECT_TRUE(same());
  // Outward alone: nobody pulled back towards nuuk-2.
  for (const Json& connection : pushed.at("connections"))
    EXPECT_NE(connection.at("destination"), "nuuk-2");
  EXPECT_EQ(pushed.at("pulls").at("all"), 5) << pushed.dump(2);

  forest_.at("singapore-1").set("cn=s1,ou=people", "title", "Head of A");
  const Json object =
      ask({"--object", "cn=s1,ou=people", "--from", "singapore-1", "--to", "nuuk-1"}, code);
  EXPECT_EQ(code, 0) << object.dump(2);
  for (const Json& controller : object.at("controllers")) {
    if (controller.at("name") != "nuuk-1") continue;
    EXPECT_EQ(controller.at("object"), "same");
    EXPECT_TRUE(controller.at("wanted").get<bool>());
  }
  const Json held = forest_.at("nuuk-1").ask({{"ask", "get"}, {"dn", "cn=s1,ou=people"}});
  EXPECT_EQ(held.at("attributes").at("title"), Json::array({"Head of A"}));

  forest_.at("oslo-2").set("cn=s2,ou=people", "title", "Head of B");
  const Json everywhere =
      ask({"--object", "cn=s2,ou=people", "--from", "oslo-2", "--to", "all"}, code);
  EXPECT_EQ(code, 0) << everywhere.dump(2);
  for (const Json& controller : everywhere.at("controllers"))
    EXPECT_EQ(controller.at("object"), "same") << everywhere.dump(2);
  ask({"--object", "cn=nobody,ou=people", "--from", "oslo-2", "--to", "all"}, code);
  EXPECT_EQ(code, 1);
}

TEST_F(SyncAll, WhoIsGoneIsNamedAndTheOthersHaveAll) {
  forest_.at("singapore-2").kill_hard();
  const std::vector<std::string> left{"oslo-1", "oslo-2", "nuuk-1", "nuuk-2", "singapore-1"};
  add(left, 30);
  int code = -1;
  const Json answer = ask({"--all"}, code);
  EXPECT_TRUE(same(left));
  EXPECT_EQ(code, 2) << answer.dump(2);
  EXPECT_EQ(answer.at("health"), "failing");
  EXPECT_EQ(state(answer, "singapore-2"), "silent");
  for (const std::string& name : left)
    EXPECT_EQ(state(answer, name), "complete") << name;
  EXPECT_NE(answer.at("summary").get<std::string>().find("singapore-2 cannot be asked"),
            std::string::npos);
  const Ended shown = run(sync({"--all"}));
  EXPECT_EQ(shown.code, 2);
  EXPECT_NE(shown.output.find("nobody knows what it lacks"), std::string::npos) << shown.output;
}

TEST_F(SyncAll, WhoIsPausedIsNamedAndLacksIt) {
  forest_.at("nuuk-1").ask({{"ask", "pause"}, {"direction", "inbound"}});
  forest_.at("nuuk-2").ask({{"ask", "pause"}, {"direction", "inbound"}});
  add({"oslo-1"}, 10);
  int code = -1;
  const Json answer = ask({"--all"}, code);
  EXPECT_EQ(code, 1) << answer.dump(2);
  EXPECT_EQ(answer.at("health"), "paused");
  EXPECT_EQ(answer.at("state"), "stuck");
  EXPECT_EQ(state(answer, "nuuk-1"), "paused");
  const auto& controllers = answer.at("controllers");
  const auto nuuk =
      std::ranges::find_if(controllers, [](const Json& one) { return one.at("name") == "nuuk-1"; });
  EXPECT_TRUE(std::ranges::any_of(nuuk->at("lacks"), [](const Json& lack) {
    return lack.at("naming_context") == "dc=corp,dc=example" && lack.at("objects") == 10 &&
           std::ranges::find(lack.at("of"), Json("oslo-1")) != lack.at("of").end();
  })) << answer.dump(2);
  EXPECT_TRUE(same({"oslo-1", "oslo-2", "singapore-1", "singapore-2"}));
}

TEST_F(SyncAll, CtrlCEndsItAndEveryReplicaIsWhole) {
  add(forest_.names(), 120);
  // It waits for singapore-1, which is there and does not answer, when the signal comes.
  forest_.at("singapore-1").process().signal(SIGSTOP);
  Process command(sync({"--all", "--full"}));
  const bool began = command.wait_for_line("asking everyone").has_value();
  command.signal(SIGINT);
  const Ended ended = command.wait();
  forest_.at("singapore-1").process().signal(SIGCONT);
  EXPECT_TRUE(began);
  EXPECT_EQ(ended.code, 130) << ended.output;
  EXPECT_NE(ended.output.find("ended by Ctrl-C"), std::string::npos) << ended.output;
  EXPECT_NE(ended.output.find("Cancelled: "), std::string::npos) << ended.output;

  // In the middle of pulls, as often as it comes in time.
  for (int round = 0; round < 3; ++round) {
    add(forest_.names(), 60);
    Process another(sync({"--all", "--full"}));
    ASSERT_TRUE(another.wait_for_line("pulled")) << another.output();
    another.signal(SIGINT);
    const Ended other = another.wait();
    EXPECT_TRUE(other.code == 130 || other.code == 0) << other.output;
  }
  int code = -1;
  EXPECT_TRUE(eventually([&] {
    ask({"--all"}, code);
    return code == 0;
  }));
  EXPECT_TRUE(same());
}

}  // namespace
}  // namespace ringspan::tests
