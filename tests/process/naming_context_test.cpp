// `ringspan naming-context` on six real controllers: an application context is made at two of them,
// grows to a third, leaves the first with a write that nobody has heard of, and is removed.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

class NamingContext : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    for (const std::string& name : forest_.names()) {
      ASSERT_TRUE(eventually([&] { return exported(name) == exported(forest_.names().front()); }));
    }
    ASSERT_TRUE(eventually([this] { return naming_owner_acts(); }));
  }

  Json exported(const std::string& name) { return forest_.at(name).ask({{"ask", "export"}}); }

  bool naming_owner_acts() {
    const Json answer = forest_.at(forest_.names().front()).ask({{"ask", "roles"}});
    return std::ranges::any_of(answer.at("roles"), [](const Json& role) {
      return role.at("role") == "naming" && role.at("effective") == true;
    });
  }

  /// `ringspan WORDS` at a controller, with nobody to ask.
  Ended at(const std::string& name, const std::string& words) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " " + words + " --data " +
                    forest_.at(name).data().string() + " </dev/null"});
  }

  /// What a controller says of dc=apps; null: the forest does not have it there.
  Json line(const std::string& name) {
    const Json answer = forest_.at(name).ask({{"ask", "naming_contexts"}});
    for (const Json& one : answer.at("naming_contexts")) {
      if (one.at("dn") == "dc=apps") return one;
    }
    return nullptr;
  }
  bool is(const std::string& name, const std::string& state) {
    const Json one = line(name);
    return !one.is_null() && one.at("state") == state;
  }

  Json add(const std::string& name, const std::string& dn) {
    return forest_.at(name).ask({{"ask", "add"}, {"dn", dn}});
  }
  bool has(const std::string& name, const std::string& dn) {
    return !forest_.at(name).ask({{"ask", "get"}, {"dn", dn}}).contains("error");
  }

  ThreeSites forest_;
};

bool says(const Json& answer, const std::string& words) {
  return answer.contains("error") &&
         answer.at("error").at("message").get<std::string>().find(words) != std::string::npos;
}

TEST_F(NamingContext, ComesGrowsChangesHandsAndGoesWithoutLosingAWrite) {
  const auto& names = forest_.names();
  const std::string first = names[0];
  const std::string second = names[2];
  const std::string third = names[4];
  const std::string other = names[5];

  // Made by the owner of the role naming, whoever is asked; answered for at once.
  const Ended made =
      at(other, "naming-context add dc=apps --replicas " + first + "," + second + " --yes --json");
  ASSERT_EQ(made.code, 0) << made.output;
  EXPECT_EQ(Json::parse(made.output).at("controller"), first);
  EXPECT_FALSE(add(first, "cn=one,dc=apps").contains("error"));
  EXPECT_TRUE(eventually([&] { return has(second, "cn=one,dc=apps"); }));
  EXPECT_TRUE(is(second, "here"));
  EXPECT_TRUE(eventually([&] { return is(other, "elsewhere"); }));
  const Json refused = forest_.at(other).ask({{"ask", "get"}, {"dn", "cn=one,dc=apps"}});
  EXPECT_TRUE(says(refused, "does not hold it")) << refused;
  EXPECT_TRUE(says(refused, "--at " + first)) << refused;
  const Ended carried =
      at(second, "naming-context add dc=more --replicas " + second + " --preview --json");
  EXPECT_EQ(carried.code, 0) << carried.output;
  EXPECT_EQ(Json::parse(carried.output).at("controller"), first) << "the owner of naming";

  // A third one is filled.
  const Ended grown = at(other, "naming-context replicas dc=apps --add " + third + " --yes");
  ASSERT_EQ(grown.code, 0) << grown.output;
  EXPECT_TRUE(eventually([&] { return is(third, "here"); }));
  EXPECT_TRUE(has(third, "cn=one,dc=apps"));
  EXPECT_FALSE(add(third, "cn=two,dc=apps").contains("error"));
  EXPECT_TRUE(eventually([&] { return has(first, "cn=two,dc=apps"); }));

  // The first leaves while nobody can hear what it has just written, and after a sudden end.
  ASSERT_EQ(at(first, "pause " + first + " outbound").code, 0);
  ASSERT_FALSE(add(first, "cn=unsent,dc=apps").contains("error"));
  const Ended left = at(second, "naming-context replicas dc=apps --remove " + first + " --yes");
  ASSERT_EQ(left.code, 0) << left.output;
  EXPECT_TRUE(eventually([&] { return is(first, "leaving"); })) << line(first);
  EXPECT_TRUE(add(first, "cn=late,dc=apps").contains("error"));
  forest_.at(first).kill_hard();
  forest_.at(first).serve();
  EXPECT_TRUE(eventually([&] { return is(first, "leaving"); })) << line(first);
  EXPECT_FALSE(has(second, "cn=unsent,dc=apps"));
  ASSERT_EQ(at(first, "resume " + first + " outbound").code, 0);
  EXPECT_TRUE(eventually([&] { return is(first, "elsewhere"); })) << line(first);
  EXPECT_TRUE(line(first).at("objects").is_null());
  EXPECT_TRUE(eventually([&] { return has(second, "cn=unsent,dc=apps"); }));
  EXPECT_TRUE(eventually([&] { return has(third, "cn=unsent,dc=apps"); }));

  // It gets all of it again.
  const Ended again =
      at(third, "naming-context replicas dc=apps --replicas " + first + "," + second + " --yes");
  ASSERT_EQ(again.code, 0) << again.output;
  EXPECT_TRUE(eventually([&] { return is(first, "here"); })) << line(first);
  EXPECT_TRUE(has(first, "cn=unsent,dc=apps"));
  EXPECT_TRUE(eventually([&] { return is(third, "elsewhere"); })) << line(third);
  EXPECT_FALSE(add(first, "cn=three,dc=apps").contains("error"));
  EXPECT_TRUE(eventually([&] { return has(second, "cn=three,dc=apps"); }));

  const Ended listed = at(first, "naming-context list");
  EXPECT_EQ(listed.code, 0) << listed.output;
  EXPECT_NE(listed.output.find("dc=apps"), std::string::npos) << listed.output;

  // And goes with all that is in it: the head, LostAndFound, and four more.
  const Ended shown = at(other, "naming-context remove dc=apps --preview");
  EXPECT_NE(shown.output.find("The 6 objects of dc=apps go for good"), std::string::npos)
      << shown.output;
  const Ended removed = at(other, "naming-context remove dc=apps --yes");
  ASSERT_EQ(removed.code, 0) << removed.output;
  for (const std::string& name : names)
    EXPECT_TRUE(eventually([&] { return line(name).is_null(); })) << name;
  for (const std::string& name : {first, second}) {
    const Json dump = forest_.at(name).ask({{"ask", "dump"}});
    EXPECT_EQ(dump.dump().find("unsent"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace ringspan::tests
