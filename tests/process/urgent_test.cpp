// An urgent change on real controllers: the owner of the role pdc has it at once, over a link that
// announces nothing.

#include <gtest/gtest.h>

#include <fstream>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

TEST(UrgentChange, ReachesThePdcOwnerAtOnceOverALinkThatAnnouncesNothing) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  const std::string alice = "cn=alice,ou=people";
  ASSERT_FALSE(pair.oslo.ask({{"ask", "add"}, {"dn", alice}}).contains("error"));
  const auto values = [&](Controller& at) {
    const Json answer = at.ask({{"ask", "get"}, {"dn", alice}});
    return answer.contains("attributes") ? answer.at("attributes") : Json();
  };
  ASSERT_TRUE(eventually([&] { return !values(pair.nuuk).is_null(); }));

  // From now on Oslo asks Nuuk for changes every 15 minutes, and is told of none.
  Json forest = pair.oslo.ask({{"ask", "export"}});
  for (Json& link : forest.at("links"))
    link["notify"] = false;
  const auto file = pair.scratch.path() / "silent.json";
  std::ofstream(file) << forest.dump();
  const Ended applied =
      run(ringspan({"apply", file.string(), "--yes", "--data", pair.oslo.data().string()}));
  ASSERT_EQ(applied.code, 0) << applied.output;
  ASSERT_TRUE(eventually(
      [&] { return pair.nuuk.ask({{"ask", "export"}}) == pair.oslo.ask({{"ask", "export"}}); }));

  // Everything that was new with the definition is pulled; then nothing is, for a while.
  ASSERT_FALSE(pair.oslo.ask({{"ask", "sync"}, {"from", "nuuk-1"}}).contains("error"));
  pair.nuuk.set(alice, "title", "Head of A");
  EXPECT_FALSE(values(pair.oslo).contains("title"));
  pair.nuuk.set(alice, "unicodepwd", "secret");
  EXPECT_TRUE(eventually([&] { return values(pair.oslo).contains("unicodepwd"); }));

  // An owner that cannot be reached keeps nobody waiting.
  pair.cut();
  EXPECT_FALSE(pair.nuuk.set(alice, "unicodepwd", "another").contains("error"));
  pair.mend();
  EXPECT_FALSE(pair.nuuk.set(alice, "unicodepwd", "third").contains("error"));
  EXPECT_TRUE(eventually([&] { return values(pair.oslo).at("unicodepwd") == Json({"third"}); }));
}

}  // namespace
}  // namespace ringspan::tests
