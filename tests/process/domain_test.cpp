// `ringspan domain` on real controllers: a domain is added to a running forest, comes up on
// controllers that join as its own, whose first owner acts, and stays while it has members.

#include <gtest/gtest.h>

#include <algorithm>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

constexpr const char* kDomain = "dc=emea,dc=corp,dc=example";

class Domain : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    first_ = forest_.names()[0];
    other_ = forest_.names()[4];
    for (const std::string& name : forest_.names())
      ASSERT_TRUE(eventually([&] { return exported(name) == exported(first_); })) << name;
    ASSERT_TRUE(eventually([this] { return acts("naming", "cn=configuration", first_); }));
  }

  Json exported(const std::string& name) { return forest_.at(name).ask({{"ask", "export"}}); }

  /// Is `owner` the effective owner of a role of the naming context whose name begins so?
  bool acts(const std::string& role, const std::string& context, const std::string& owner) {
    const Json answer = forest_.at(first_).ask({{"ask", "roles"}});
    return std::ranges::any_of(answer.at("roles"), [&](const Json& line) {
      return line.at("role") == role && line.at("owner") == owner && line.at("effective") == true &&
             line.at("naming_context").get<std::string>().starts_with(context);
    });
  }

  /// `ringspan WORDS` at a controller, with nobody to ask.
  Ended at(const std::string& name, const std::string& words) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " " + words + " --data " +
                    forest_.at(name).data().string() + " </dev/null"});
  }

  /// What a controller says of the new domain; null: the forest does not have it there.
  Json line(const std::string& name) {
    const Json answer = forest_.at(name).ask({{"ask", "domains"}});
    for (const Json& one : answer.at("domains")) {
      if (one.at("dn") == kDomain) return one;
    }
    return nullptr;
  }
  bool is(const std::string& name, const std::string& state) {
    const Json one = line(name);
    return !one.is_null() && one.at("state") == state;
  }
  bool has(const std::string& name, const std::string& dn) {
    return !forest_.at(name).ask({{"ask", "get"}, {"dn", dn}}).contains("error");
  }

  ThreeSites forest_;
  std::string first_;
  std::string other_;
};

bool says(const Ended& ended, const std::string& words) {
  return ended.output.find(words) != std::string::npos;
}

TEST_F(Domain, ComesToARunningForestAndUpOnControllersThatJoinAsItsOwn) {
  const std::string add = std::string("domain add ") + kDomain;
  forest_.define("lima-1", "singapore");
  forest_.define("lima-2", "nuuk");

  // All that is wrong with it at once.
  const Ended wrong =
      at(first_, add + " --controllers lima-1,lima-9," + other_ + " --sites oslo,paris --preview");
  EXPECT_EQ(wrong.code, 1) << wrong.output;
  for (const std::string& words :
       {std::string("controller lima-9: not in the forest"), std::string("site paris: not in"),
        "controller " + other_ + ": has joined as a member of dc=corp,dc=example",
        std::string("site oslo: all of its controllers have joined")}) {
    EXPECT_TRUE(says(wrong, words)) << words << "\n" << wrong.output;
  }
  const Ended misnamed = at(first_, "domain add ou=emea --controllers lima-1 --preview");
  EXPECT_TRUE(says(misnamed, "has dc parts alone")) << misnamed.output;

  // Written by the owner of the role naming, whoever is asked; kept there for its members to come.
  ASSERT_TRUE(eventually([&] { return exported(other_) == exported(first_); }));
  const Ended made = at(other_, add + " --controllers lima-2,lima-1 --yes --json");
  ASSERT_EQ(made.code, 0) << made.output;
  EXPECT_EQ(Json::parse(made.output).at("controller"), first_);
  EXPECT_TRUE(is(first_, "leaving")) << line(first_);
  EXPECT_EQ(line(first_).at("roles"),
            Json({{"pdc", "lima-2"}, {"rid", "lima-2"}, {"infrastructure", "lima-2"}}));
  EXPECT_TRUE(eventually([&] { return is(other_, "elsewhere"); }));
  const Ended again = at(first_, add + " --controllers lima-1 --yes");
  EXPECT_TRUE(says(again, "has a naming context of this name already")) << again.output;

  // The second of its controllers joins first, after a sudden end of who began it.
  forest_.at(first_).kill_hard();
  forest_.at(first_).serve();
  forest_.admit("lima-1");
  const std::string people = std::string("ou=people,") + kDomain;
  EXPECT_TRUE(eventually([&] { return has("lima-1", people); }));
  EXPECT_TRUE(eventually([&] { return is(first_, "elsewhere"); })) << line(first_);
  ASSERT_FALSE(forest_.at("lima-1")
                   .ask({{"ask", "add"}, {"dn", "cn=mai,ou=people"}})  // of its own domain
                   .contains("error"));
  EXPECT_FALSE(has(first_, "cn=mai," + people));
  const Json refused = forest_.at(first_).ask({{"ask", "get"}, {"dn", "cn=mai," + people}});
  EXPECT_NE(refused.dump().find("--at lima-1"), std::string::npos) << refused;

  // The first owner of its roles acts once it has what was begun.
  forest_.admit("lima-2");
  EXPECT_TRUE(eventually([&] { return has("lima-2", "cn=mai," + people); }));
  for (const char* role : {"pdc", "rid", "infrastructure"})
    EXPECT_TRUE(eventually([&] { return acts(role, kDomain, "lima-2"); })) << role;

  const Ended listed = at(other_, "domain list");
  EXPECT_TRUE(says(listed, "lima-1, lima-2")) << listed.output;
  const Ended kept = at(first_, std::string("domain remove ") + kDomain + " --yes");
  EXPECT_EQ(kept.code, 1) << kept.output;
  EXPECT_TRUE(says(kept, "lima-1, lima-2 are members of it")) << kept.output;
}

}  // namespace
}  // namespace ringspan::tests
