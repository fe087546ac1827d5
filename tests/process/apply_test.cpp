// `ringspan apply` and `ringspan history` on real controllers: what is shown is written, what is
// written at one comes into force at all, and every way back leads back.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

class Apply : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
    std::filesystem::create_directory(answers_);
    ASSERT_TRUE(eventually([&] { return costs(pair_.oslo) == both(100); }));
    ASSERT_TRUE(eventually([&] { return pair_.oslo.dump() == pair_.nuuk.dump(); }));
    // Only then nuuk-1 speaks for itself, not for who let it in.
    ASSERT_TRUE(
        eventually([&] { return !pair_.nuuk.ask({{"ask", "history"}}).contains("error"); }));
  }

  void TearDown() override {
    const Ended checked =
        run({RINGSPAN_PYTHON, RINGSPAN_SOURCE_DIR "/tests/process/check_answers.py",
             answers_.string()});
    EXPECT_EQ(checked.code, 0) << checked.output;
  }

  /// `ringspan WORDS` at a controller, with nobody to ask.
  static Ended at(Controller& controller, const std::string& words) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " " + words + " --data " +
                    controller.data().string() + " </dev/null"});
  }

  std::string file() const { return (pair_.scratch.path() / "wanted.json").string(); }
  void write(const Json& forest) const { std::ofstream(file()) << forest.dump(2); }
  static Json exported(Controller& controller) { return controller.ask({{"ask", "export"}}); }

  static Json with_cost(Json forest, int cost) {
    forest.at("links").at(0)["cost"] = cost;
    return forest;
  }

  /// Costs of the connections of the plan in force at a controller.
  static std::vector<int> costs(Controller& controller) {
    std::vector<int> costs;
    const Json plan = controller.ask({{"ask", "plan"}});
    for (const Json& connection : plan.at("connections"))
      costs.push_back(connection.at("cost"));
    return costs;
  }
  static std::vector<int> both(int cost) { return {cost, cost}; }

  /// Asks, keeps the answer for its schema, and gives it back.
  Json ask(Controller& controller, const std::string& schema, const Json& request) {
    Json answer = controller.ask(request);
    const std::string name = schema + "." + std::to_string(++asked_) + ".json";
    std::ofstream(answers_ / name) << answer.dump();
    return answer;
  }
  Json history(Controller& controller) {
    return ask(controller, "history", {{"ask", "history"}}).at("definitions");
  }

  /// The request that writes what `wish` previews now.
  Json ready(Controller& controller, Json wish) {
    wish["ask"] = "apply";
    wish["preview"] = true;
    const Json seen = ask(controller, "apply", wish);
    wish["preview"] = false;
    wish["expect"] = seen.at("basis");
    return wish;
  }

  Pair pair_;
  std::filesystem::path answers_ = pair_.scratch.path() / "answers";
  int asked_ = 0;
};

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST_F(Apply, AnExportChangesNothing) {
  const Ended exported = at(pair_.oslo, "export " + file());
  ASSERT_EQ(exported.code, 0) << exported.output;
  const std::string before = pair_.oslo.dump();
  for (Controller* controller : {&pair_.oslo, &pair_.nuuk}) {
    const Ended applied = at(*controller, "apply " + file());
    EXPECT_EQ(applied.code, 0) << applied.output;
    EXPECT_TRUE(has(applied.output, "Nothing to change")) << applied.output;
  }
  EXPECT_EQ(pair_.oslo.dump(), before);
  EXPECT_EQ(history(pair_.oslo).size(), 1U);
}

TEST_F(Apply, ANewCostIsShownWrittenFollowedAndTakenBack) {
  write(with_cost(exported(pair_.oslo), 50));
  const Ended shown = at(pair_.oslo, "apply " + file());
  EXPECT_EQ(shown.code, 64) << shown.output;  // nobody to ask
  EXPECT_TRUE(has(shown.output, "site link oslo-nuuk: cost 100 -> 50")) << shown.output;
  EXPECT_TRUE(has(shown.output, "100 -> 50")) << shown.output;
  EXPECT_TRUE(has(shown.output, "--yes")) << shown.output;
  EXPECT_EQ(costs(pair_.oslo), both(100));

  const Ended written = at(pair_.oslo, "apply " + file() + " --yes");
  EXPECT_EQ(written.code, 0) << written.output;
  EXPECT_TRUE(eventually([&] { return costs(pair_.oslo) == both(50); }));
  EXPECT_TRUE(eventually([&] { return costs(pair_.nuuk) == both(50); }));
  const Json entries = history(pair_.nuuk);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].at("summary"), "site link oslo-nuuk: cost 100 -> 50");
  EXPECT_EQ(entries[0].at("who"), "admin");
  EXPECT_EQ(entries[0].at("in_force"), true);
  EXPECT_EQ(entries[1].at("who"), "init");

  // Taken back at the other controller; taking that back brings it again.
  const Ended undone = at(pair_.nuuk, "apply --undo --yes");
  EXPECT_EQ(undone.code, 0) << undone.output;
  EXPECT_TRUE(eventually([&] { return costs(pair_.oslo) == both(100); }));
  EXPECT_EQ(history(pair_.oslo).size(), 3U);
  const std::string hash = entries[0].at("hash").get<std::string>().substr(0, 8);
  const Ended again = at(pair_.oslo, "apply --to " + hash + " --yes");
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_TRUE(eventually([&] { return costs(pair_.nuuk) == both(50); }));
  const Ended listed = at(pair_.nuuk, "history");
  EXPECT_EQ(listed.code, 0) << listed.output;
  EXPECT_TRUE(has(listed.output, "back to " + hash)) << listed.output;
  EXPECT_TRUE(has(listed.output, "admin")) << listed.output;
}

TEST_F(Apply, WhatWouldCutAMemberOffIsRefusedUnlessForced) {
  const Json forest = exported(pair_.oslo);
  Json apart = forest;
  apart.erase("links");
  write(apart);
  const Ended refused = at(pair_.oslo, "apply " + file() + " --yes");
  EXPECT_EQ(refused.code, 1) << refused.output;
  EXPECT_TRUE(has(refused.output, "no longer reached for")) << refused.output;
  EXPECT_TRUE(has(refused.output, "--force")) << refused.output;

  Json without = forest;
  auto& controllers = without.at("controllers");
  controllers.erase(std::ranges::find_if(
      controllers, [](const Json& one) { return one.at("name") == "nuuk-1"; }));
  const Json request = ready(pair_.oslo, {{"forest", without.dump()}});
  const Json error = ask(pair_.oslo, "error", request).at("error");
  EXPECT_EQ(error.at("code"), "refused");
  EXPECT_TRUE(has(error.at("message"), "nuuk-1 (removed")) << error;
  EXPECT_EQ(exported(pair_.oslo), forest);

  write(without);
  const Ended forced = at(pair_.oslo, "apply " + file() + " --yes --force");
  EXPECT_EQ(forced.code, 0) << forced.output;
  EXPECT_TRUE(eventually([&] { return exported(pair_.oslo) == without; }));
}

TEST_F(Apply, FaultsOfTheFileComeAllAtOnceAndWhatCannotChangeIsSaid) {
  std::ofstream(file()) << "{\"name\": \"corp\",\n \"sites\": [{\"nam\": 1}]}";
  const Ended faulty = at(pair_.oslo, "apply " + file() + " --yes");
  EXPECT_EQ(faulty.code, 1);
  EXPECT_TRUE(has(faulty.output, "wanted.json:2:")) << faulty.output;
  const Ended planned = run(ringspan({"plan", file()}));
  EXPECT_EQ(faulty.output, planned.output);

  Json other = exported(pair_.oslo);
  other["name"] = "elsewhere";
  const Json request{{"ask", "apply"}, {"forest", other.dump()}, {"preview", true}};
  const Json error = ask(pair_.oslo, "error", request).at("error");
  EXPECT_TRUE(has(error.at("message"), "forest elsewhere: is another one")) << error;
  const Json half = ask(pair_.oslo, "error", {{"ask", "apply"}, {"undo", true}});
  EXPECT_TRUE(has(half.at("error").at("message"), "\"expect\""));
  const Json early =
      ask(pair_.oslo, "error", {{"ask", "apply"}, {"undo", true}, {"preview", true}});
  EXPECT_TRUE(has(early.at("error").at("message"), "no definition before"));
}

TEST_F(Apply, OfTwoAtOneControllerTheSecondLooksAgain) {
  const Json forest = exported(pair_.oslo);
  const Json first = ready(pair_.oslo, {{"forest", with_cost(forest, 50).dump()}});
  const Json second = ready(pair_.oslo, {{"forest", with_cost(forest, 70).dump()}});
  EXPECT_EQ(ask(pair_.oslo, "apply", first).at("written"), true);
  const Json error = ask(pair_.oslo, "error", second).at("error");
  EXPECT_EQ(error.at("code"), "refused");
  EXPECT_TRUE(has(error.at("message"), "changed meanwhile (last by admin")) << error;
  EXPECT_TRUE(eventually([&] { return costs(pair_.nuuk) == both(50); }));
  EXPECT_EQ(history(pair_.oslo).size(), 2U);
}

TEST_F(Apply, OfManyAtOnceAtOneControllerOneIsWritten) {
  const Json forest = exported(pair_.oslo);
  std::vector<Json> requests;
  for (const int cost : {41, 42, 43, 44, 45, 46})
    requests.push_back(ready(pair_.oslo, {{"forest", with_cost(forest, cost).dump()}}));
  std::vector<Json> answers(requests.size());
  std::vector<std::thread> askers;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    askers.emplace_back([&, i] {
      using namespace std::chrono_literals;
      auto client = replicator::net::AdminClient::connect(pair_.oslo.data(), 10s);
      if (!client) return;
      const auto answer = client->ask(requests[i].dump(), 60s);
      if (answer) answers[i] = Json::parse(*answer);
    });
  }
  for (auto& asker : askers)
    asker.join();
  EXPECT_EQ(std::ranges::count_if(answers, [](const Json& one) { return one.contains("written"); }),
            1);
  EXPECT_EQ(std::ranges::count_if(answers, [](const Json& one) { return one.contains("error"); }),
            5);
  EXPECT_EQ(history(pair_.oslo).size(), 2U);
}

TEST_F(Apply, TwoAtOnceAtTwoControllersEndInOneForest) {
  const Json forest = exported(pair_.oslo);
  Json with_site = forest;
  with_site.at("sites").push_back({{"name", "rome"}});
  with_site.at("links").push_back({{"sites", {"oslo", "rome"}}});
  with_site.at("controllers")
      .push_back({{"name", "rome-1"}, {"site", "rome"}, {"address", "127.0.0.1:1"}});
  const Json at_oslo = ready(pair_.oslo, {{"forest", with_site.dump()}});
  const Json at_nuuk = ready(pair_.nuuk, {{"forest", with_cost(forest, 50).dump()}});
  pair_.cut();
  EXPECT_EQ(ask(pair_.oslo, "apply", at_oslo).at("written"), true);
  EXPECT_EQ(ask(pair_.nuuk, "apply", at_nuuk).at("written"), true);
  pair_.mend();
  ASSERT_TRUE(eventually([&] { return pair_.oslo.dump() == pair_.nuuk.dump(); }));

  const auto whole = [](const Json& now) {
    return now.at("controllers").size() == 3 && now.at("links").at(0).value("cost", 100) == 50;
  };
  EXPECT_TRUE(eventually([&] { return whole(exported(pair_.oslo)); })) << exported(pair_.oslo);
  EXPECT_TRUE(eventually([&] { return exported(pair_.nuuk) == exported(pair_.oslo); }));
  write(exported(pair_.oslo));
  EXPECT_EQ(run(ringspan({"plan", file()})).code, 0);
  const Json entries = history(pair_.oslo);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries, history(pair_.nuuk));
  EXPECT_EQ(entries[0].at("in_force"), false);  // both at once is neither of them

  // Whom the file names can be invited, also where the authority heard of it from elsewhere.
  EXPECT_TRUE(pair_.oslo.ask({{"ask", "invite"}, {"controller", "rome-1"}}).contains("token"));
  // The way back leads to the later one alone, and from there to both again.
  const Json both_edits = exported(pair_.nuuk);
  EXPECT_EQ(at(pair_.nuuk, "apply --undo --yes").code, 0);
  EXPECT_TRUE(eventually([&] { return exported(pair_.nuuk) != both_edits; }));
  EXPECT_EQ(history(pair_.nuuk).size(), 5U);
  EXPECT_EQ(at(pair_.nuuk, "apply --undo --yes").code, 0);
  EXPECT_TRUE(eventually([&] { return exported(pair_.oslo) == both_edits; }));
}

}  // namespace
}  // namespace ringspan::tests
