// Roles on real controllers: one is transferred, its owner killed, the role seized elsewhere, and
// the former owner comes back.

#include <gtest/gtest.h>

#include <algorithm>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

class Roles : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    first_ = forest_.names()[0];
    second_ = forest_.names()[2];
    third_ = forest_.names()[4];
    for (const std::string& name : forest_.names())
      ASSERT_TRUE(eventually([&] { return serves(name); })) << name;
    ASSERT_TRUE(eventually([&] { return is_owner(first_, "schema"); })) << role(first_, "schema");
  }

  /// Is it complete? Until then it is asked nothing that it must look up.
  bool serves(const std::string& name) {
    return forest_.at(name).ask({{"ask", "role_history"}}).contains("changes");
  }

  /// `ringspan WORDS` through a controller, with nobody to ask.
  Ended through(const std::string& name, const std::string& words) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " " + words + " --data " +
                    forest_.at(name).data().string() + " </dev/null"});
  }

  /// What a controller gathers of a role.
  Json role(const std::string& name, const std::string& which) {
    const Json answer = forest_.at(name).ask({{"ask", "roles"}});
    for (const Json& line : answer.at("roles")) {
      if (line.at("role") == which) return line;
    }
    return nullptr;
  }
  bool is_owner(const std::string& name, const std::string& which) {
    const Json line = role(name, which);
    return line.at("owner") == name && line.at("effective") == true;
  }

  /// Does `name` know this owner by itself?
  bool knows(const std::string& name, const std::string& which, const std::string& owner) {
    const Json answer = forest_.at(name).ask({{"ask", "role_history"}, {"role", which}});
    return std::ranges::any_of(answer.at("changes"), [&](const Json& change) {
      return change.at("in_force") == true && change.at("owner") == owner;
    });
  }

  Json define(const std::string& name, const std::string& attribute) {
    return forest_.at(name).ask({{"ask", "schema_add"}, {"attribute", attribute}});
  }

  ThreeSites forest_;
  std::string first_;
  std::string second_;
  std::string third_;
};

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST_F(Roles, AreTransferredSeizedFromTheDeadAndNotTakenBackByThem) {
  // The first controller owns all; a definition asked elsewhere is carried to it.
  EXPECT_EQ(define(third_, "badge").at("controller"), first_);

  // Transferred, whoever is asked to see to it; the new owner has what the former one wrote.
  const Ended given =
      through(third_, "role transfer schema --to " + second_ + " --why near --json");
  ASSERT_EQ(given.code, 0) << given.output;
  EXPECT_EQ(Json::parse(given.output).at("owner"), second_);
  EXPECT_EQ(Json::parse(given.output).at("gained"), "transfer");
  EXPECT_EQ(Json::parse(given.output).at("epoch").at("counter"), 2);
  EXPECT_TRUE(eventually([&] { return is_owner(second_, "schema"); })) << role(second_, "schema");
  EXPECT_EQ(define(first_, "colour").at("controller"), second_);
  const Ended again = through(first_, "role transfer schema --to " + second_ + " --json");
  EXPECT_EQ(Json::parse(again.output).at("changed"), false) << again.output;

  // Its owner dies. A change is refused with its name, and so is a transfer; a seizure is not.
  ASSERT_TRUE(eventually([&] { return knows(third_, "schema", second_); }));
  forest_.at(second_).kill_hard();
  const Ended advised = through(first_, "role advise --lost " + second_ + " --json");
  ASSERT_EQ(advised.code, 0) << advised.output;
  const Json advice = Json::parse(advised.output);
  ASSERT_EQ(advice.at("advice").size(), 1U) << advice;  // schema is all that it had
  const std::string best = advice.at("advice").at(0).at("advised");
  EXPECT_NE(best, second_);
  EXPECT_EQ(advice.at("advice").at(0).at("command"), "ringspan role seize schema --at " + best);
  const Json refused = define(first_, "length");
  EXPECT_TRUE(says(refused.dump(), second_)) << refused;
  EXPECT_TRUE(says(refused.dump(), "role seize schema")) << refused;
  const Ended vain = through(first_, "role transfer schema --to " + third_);
  EXPECT_EQ(vain.code, 3) << vain.output;
  EXPECT_TRUE(says(vain.output, "role seize schema --at " + third_)) << vain.output;
  const Ended unasked = through(first_, "role seize schema --at " + third_);
  EXPECT_EQ(unasked.code, 64) << unasked.output;
  EXPECT_TRUE(says(unasked.output, "belongs to " + second_)) << unasked.output;
  const Ended seized = through(first_, "role seize schema --at " + third_ + " --yes --json");
  ASSERT_EQ(seized.code, 0) << seized.output;
  const auto brace = seized.output.find("\n{");
  const Json answer = Json::parse(seized.output.substr(brace == std::string::npos ? 0 : brace + 1));
  EXPECT_EQ(answer.at("gained"), "seize");
  EXPECT_EQ(answer.at("epoch").at("counter"), 3);
  EXPECT_EQ(answer.at("effective"), true);
  EXPECT_TRUE(eventually([&] { return knows(first_, "schema", third_); }));
  EXPECT_EQ(define(first_, "length").at("controller"), third_);

  // The former owner comes back with all that it has, and hears of it from the first partner.
  forest_.at(second_).serve();
  EXPECT_TRUE(eventually([&] { return knows(second_, "schema", third_); }));
  EXPECT_EQ(define(second_, "width").at("controller"), third_);
  EXPECT_TRUE(eventually([&] {
    return role(first_, "schema").at("owner") == third_ &&
           role(first_, "schema").at("opinions").empty();
  })) << role(first_, "schema");
  const Ended shown = through(first_, "roles");
  EXPECT_TRUE(says(shown.output, third_)) << shown.output;
  const Ended history = through(second_, "role history schema");
  for (const std::string& words : {std::string("seized"), std::string("transferred"),
                                   std::string("first owner"), std::string("near")})
    EXPECT_TRUE(says(history.output, words)) << history.output;
}

}  // namespace
}  // namespace ringspan::tests
