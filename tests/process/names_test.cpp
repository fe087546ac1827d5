// A member in a naming context that the group's controllers do not hold, on real controllers: the
// link is written after somebody who holds it was asked, and shown by its name.

#include <gtest/gtest.h>

#include <algorithm>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

Json members_at(Controller& at) {
  const Json answer = at.ask({{"ask", "get"}, {"dn", "cn=staff,ou=groups"}});
  return answer.contains("links") ? answer.at("links").value("member", Json::array()) : Json();
}

Json link(Controller& at, const std::string& verb, const std::string& target) {
  return at.ask({{"ask", verb},
                 {"dn", "cn=staff,ou=groups"},
                 {"attribute", "member"},
                 {"targets", {target}}});
}

TEST(ForeignMember, IsLinkedAndShownByNameWhereItIsNotHeld) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  ASSERT_FALSE(pair.oslo.ask({{"ask", "add"}, {"dn", "cn=staff,ou=groups"}}).contains("error"));
  const Ended made = run(ringspan({"naming-context", "add", "dc=apps", "--replicas", "nuuk-1",
                                   "--yes", "--data", pair.oslo.data().string()}));
  ASSERT_EQ(made.code, 0) << made.output;
  ASSERT_TRUE(eventually([&] {
    return !pair.nuuk.ask({{"ask", "add"}, {"dn", "cn=robot,dc=apps"}}).contains("error");
  }));
  ASSERT_TRUE(eventually([&] {
    const Json answer = pair.oslo.ask({{"ask", "naming_contexts"}});
    return std::ranges::any_of(answer.at("naming_contexts"), [](const Json& one) {
      return one.at("dn") == "dc=apps" && one.at("state") == "elsewhere";
    });
  }));

  const Json linked = link(pair.oslo, "link", "cn=robot,dc=apps");
  ASSERT_FALSE(linked.contains("error")) << linked;
  ASSERT_EQ(members_at(pair.oslo).size(), 1U) << members_at(pair.oslo);
  EXPECT_EQ(members_at(pair.oslo).at(0).at("dn"), "cn=robot,dc=apps");
  EXPECT_TRUE(eventually([&] { return members_at(pair.nuuk).size() == 1; }));
  EXPECT_TRUE(link(pair.oslo, "link", "cn=nobody,dc=apps").contains("error"));
  EXPECT_FALSE(link(pair.oslo, "unlink", "cn=robot,dc=apps").contains("error"));
  EXPECT_TRUE(members_at(pair.oslo).empty());
}

}  // namespace
}  // namespace ringspan::tests
