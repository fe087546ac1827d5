// Real controllers leave the forest: one that runs hands over what it alone has and its role, and
// stops; one that was killed is retired without it, and comes back in vain.

#include <gtest/gtest.h>

#include <algorithm>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

class Retire : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    first_ = forest_.names()[0];
    gone_ = forest_.names()[2];
    third_ = forest_.names()[4];
    for (const std::string& name : forest_.names()) {
      ASSERT_TRUE(eventually([&] {
        return forest_.at(name).ask({{"ask", "role_history"}}).contains("changes");
      })) << name;
    }
    const Ended given = through(first_, "role transfer rid --to " + gone_);
    ASSERT_EQ(given.code, 0) << given.output;
    ASSERT_TRUE(eventually([&] { return owner_by(first_) == gone_ && owner_by(third_) == gone_; }));
  }

  /// `ringspan WORDS` through a controller, with nobody to ask.
  Ended through(const std::string& name, const std::string& words) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " " + words + " --data " +
                    forest_.at(name).data().string() + " </dev/null"});
  }

  /// Whom `name` takes for the owner of rid, and how that one got it.
  Json rid_by(const std::string& name) {
    const Json answer = forest_.at(name).ask({{"ask", "role_history"}, {"role", "rid"}});
    for (const Json& change : answer.at("changes")) {
      if (change.at("in_force") == true) return change;
    }
    return nullptr;
  }
  std::string owner_by(const std::string& name) { return rid_by(name).at("owner"); }

  bool in_definition(const std::string& name, const std::string& of) {
    const Json forest = forest_.at(of).ask({{"ask", "export"}});
    return std::ranges::any_of(forest.at("controllers"),
                               [&](const Json& one) { return one.at("name") == name; });
  }

  Json title(const std::string& at, const std::string& dn) {
    const Json object = forest_.at(at).ask({{"ask", "get"}, {"dn", dn}});
    return object.contains("error") ? object : object.at("attributes").value("title", Json());
  }

  ThreeSites forest_;
  std::string first_;
  std::string gone_;
  std::string third_;
};

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST_F(Retire, OneThatRunsGivesEverythingAwayAndStopsForGood) {
  // What it alone has: written there while nobody is told or answered.
  Controller& gone = forest_.at(gone_);
  ASSERT_FALSE(gone.ask({{"ask", "pause"}, {"direction", "outbound"}}).contains("error"));
  ASSERT_FALSE(
      gone.ask({{"ask", "add"}, {"dn", "cn=late,ou=people"}, {"attributes", {{"title", {"last"}}}}})
          .contains("error"));
  const Ended refused = through(first_, "retire " + gone_ + " --yes");
  EXPECT_EQ(refused.code, 3) << refused.output;
  EXPECT_TRUE(says(refused.output, "alone holds")) << refused.output;
  EXPECT_TRUE(says(refused.output, "paused")) << refused.output;
  EXPECT_TRUE(says(gone.set("ou=people", "title", "x").dump(), "being retired"));
  EXPECT_TRUE(in_definition(gone_, first_));

  // It was the wrong one, or was not: it takes writes again, and is retired by another.
  const Ended cancelled = through(third_, "retire " + gone_ + " --cancel");
  EXPECT_EQ(cancelled.code, 0) << cancelled.output;
  EXPECT_FALSE(gone.set("cn=late,ou=people", "title", "very last").contains("error"));
  ASSERT_FALSE(gone.ask({{"ask", "resume"}, {"direction", "outbound"}}).contains("error"));
  const Ended unasked = through(third_, "retire " + gone_);
  EXPECT_EQ(unasked.code, 64) << unasked.output;
  EXPECT_TRUE(says(unasked.output, "Its role rid")) << unasked.output;
  EXPECT_TRUE(in_definition(gone_, first_));
  const Ended retired = through(third_, "retire " + gone_ + " --to " + third_ + " --yes");
  ASSERT_EQ(retired.code, 0) << retired.output;
  EXPECT_TRUE(says(retired.output, "takes no writes any more")) << retired.output;
  EXPECT_TRUE(says(retired.output, third_ + " has taken over the role rid")) << retired.output;
  EXPECT_TRUE(says(retired.output, "is no member of the forest any more")) << retired.output;

  // It hears of it, ends by itself, and does not start again.
  const Ended ended = gone.process().wait();
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_TRUE(says(ended.output, gone_ + " was retired by ")) << ended.output;
  const Ended again = run(ringspan({"serve", "--data", gone.data().string()}));
  EXPECT_EQ(again.code, 1) << again.output;
  EXPECT_TRUE(says(again.output, "ringspan join into another folder")) << again.output;

  // Nothing is lost, and the others go on without it.
  EXPECT_TRUE(eventually([&] { return owner_by(first_) == third_; })) << rid_by(first_);
  EXPECT_EQ(rid_by(third_).at("gained"), "transfer");
  for (const std::string& name : {first_, third_}) {
    EXPECT_TRUE(eventually([&] { return !in_definition(gone_, name); })) << name;
    EXPECT_TRUE(eventually([&] {
      return title(name, "cn=late,ou=people") == Json::array({"very last"});
    })) << title(name, "cn=late,ou=people");
  }
  const Ended once_more = through(first_, "retire " + gone_ + " --yes");
  EXPECT_EQ(once_more.code, 0) << once_more.output;
  EXPECT_TRUE(says(once_more.output, "not in the forest any more")) << once_more.output;
}

TEST_F(Retire, OneThatIsLostIsRetiredWithoutItAndComesBackInVain) {
  Controller& gone = forest_.at(gone_);
  gone.kill_hard();
  const Ended unasked = through(first_, "retire " + gone_);
  EXPECT_EQ(unasked.code, 64) << unasked.output;
  EXPECT_TRUE(says(unasked.output, gone_ + " does not answer " + first_)) << unasked.output;
  EXPECT_TRUE(says(unasked.output, "what " + gone_ + " wrote after")) << unasked.output;
  EXPECT_TRUE(says(unasked.output, "may be lost")) << unasked.output;
  EXPECT_TRUE(in_definition(gone_, first_));
  EXPECT_EQ(owner_by(first_), gone_);

  // Whoever said nothing of the loss is not taken to accept it.
  const Json step = forest_.at(first_).ask({{"ask", "retire"}, {"controller", gone_}});
  EXPECT_EQ(step.at("error").at("code"), "unavailable") << step;

  const Ended retired = through(first_, "retire " + gone_ + " --yes --json");
  ASSERT_EQ(retired.code, 0) << retired.output;
  EXPECT_TRUE(says(retired.output, "\"done\": true")) << retired.output;
  EXPECT_FALSE(in_definition(gone_, first_));
  EXPECT_TRUE(eventually([&] { return owner_by(third_) != gone_; }));
  EXPECT_EQ(rid_by(third_).at("gained"), "seize");

  // With its old data and certificate it is refused by everyone, and finds out.
  for (const std::string& name : {first_, third_})
    ASSERT_TRUE(eventually([&] { return !in_definition(gone_, name); })) << name;
  gone.serve();
  EXPECT_TRUE(gone.process().wait_for_line(gone_ + " is refused as no member"))
      << gone.process().output();
  const Json refused = gone.set("ou=people", "title", "from the past");
  EXPECT_TRUE(says(refused.dump(), "no member of the forest any more")) << refused;
  EXPECT_TRUE(says(refused.dump(), "ringspan join into another folder")) << refused;
  EXPECT_EQ(title(first_, "ou=people"), Json());
}

}  // namespace
}  // namespace ringspan::tests
