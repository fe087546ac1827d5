// Real controllers declare one of them silent for too long. It comes back in vain, and joins anew.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

class Expire : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    first_ = forest_.names()[0];
    gone_ = forest_.names()[2];
    third_ = forest_.names()[4];
    ASSERT_FALSE(
        at(first_)
            .ask({{"ask", "add"}, {"dn", "cn=alice,ou=people"}, {"attributes", {{"title", {"A"}}}}})
            .contains("error"));
    for (const std::string& name : forest_.names())
      ASSERT_TRUE(eventually([&] { return title(name) == Json::array({"A"}); })) << name;
  }

  Controller& at(const std::string& name) { return forest_.at(name); }

  /// `ringspan WORDS` through a controller, with nobody to ask.
  Ended through(const std::string& name, const std::string& words) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " " + words + " --data " +
                    at(name).data().string() + " </dev/null"});
  }

  Json title(const std::string& name) {
    const Json object = at(name).ask({{"ask", "get"}, {"dn", "cn=alice,ou=people"}});
    return object.contains("error") ? object : object.at("attributes").value("title", Json());
  }

  std::string summary() { return at(first_).ask({{"ask", "status"}}).at("summary"); }

  ThreeSites forest_;
  std::string first_;
  std::string gone_;
  std::string third_;
};

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST_F(Expire, OneThatWasSilentIsRefusedAndJoinsAnew) {
  // Everybody has heard of everybody just now, and says so.
  Json silences;
  EXPECT_TRUE(eventually([&] {
    silences = at(first_).ask({{"ask", "status"}}).at("silences");
    return std::ranges::any_of(silences, [&](const Json& one) {
      return one.at("controller") == gone_ && one.at("share") < 0.01;
    });
  })) << silences;
  at(gone_).kill_hard();

  // What is at stake is said first, and nothing is done unasked.
  const Ended preview = through(first_, "expire " + gone_ + " --preview");
  EXPECT_EQ(preview.code, 0) << preview.output;
  EXPECT_TRUE(says(preview.output, "it was last heard of on ")) << preview.output;
  EXPECT_TRUE(says(preview.output, "has to join anew")) << preview.output;
  const Ended unasked = through(first_, "expire " + gone_);
  EXPECT_EQ(unasked.code, 64) << unasked.output;
  EXPECT_FALSE(says(summary(), "expired")) << summary();
  const Ended itself = through(first_, "expire " + first_ + " --yes");
  EXPECT_TRUE(says(itself.output, "does not expire itself")) << itself.output;

  const Ended expired = through(third_, "expire " + gone_ + " --yes --json");
  ASSERT_EQ(expired.code, 0) << expired.output;
  EXPECT_TRUE(says(expired.output, "\"done\": true")) << expired.output;
  EXPECT_TRUE(eventually([&] { return says(summary(), gone_ + " is expired since "); }))
      << summary();
  const Ended once_more = through(first_, "expire " + gone_ + " --yes");
  EXPECT_EQ(once_more.code, 0) << once_more.output;

  // With its old data it is refused by everyone who knows, and finds out.
  ASSERT_FALSE(at(third_).set("cn=alice,ou=people", "title", "B").contains("error"));
  for (const std::string& name : {first_, third_})
    ASSERT_TRUE(eventually([&] { return title(name) == Json::array({"B"}); })) << title(name);
  at(gone_).serve();
  EXPECT_TRUE(at(gone_).process().wait_for_line(gone_ + " is refused as no member"))
      << at(gone_).process().output();
  const Json refused = at(gone_).set("cn=alice,ou=people", "title", "from the past");
  EXPECT_TRUE(says(refused.dump(), "no member of the forest any more")) << refused;
  EXPECT_EQ(title(first_), Json::array({"B"}));

  // With an empty folder it is one of them again.
  at(gone_).kill_hard();
  std::filesystem::remove_all(at(gone_).data());
  forest_.admit(gone_);
  EXPECT_TRUE(eventually([&] { return title(gone_) == Json::array({"B"}); })) << title(gone_);
  EXPECT_TRUE(eventually([&] { return !says(summary(), "expired"); })) << summary();
  ASSERT_FALSE(at(gone_).set("cn=alice,ou=people", "title", "C").contains("error"));
  EXPECT_TRUE(eventually([&] { return title(third_) == Json::array({"C"}); })) << title(third_);
}

}  // namespace
}  // namespace ringspan::tests
