// A scenario that checks nothing is worse than none: lines that make no sense, and expectations
// that do not hold, must fail, name themselves and say what was found instead.

#include <gtest/gtest.h>

#include <string>

#include "replicator/simulator/scenario.hpp"

namespace ringspan::tests {
namespace {

using replicator::simulator::run_scenario;

struct Case {
  const char* line;
  const char* complaint;
};

constexpr const char* kStory = R"(site oslo: o1
site nuuk: b1
manual
at o1 add cn=alice,ou=people title="Head of A" as @alice
at o1 add cn=staff,ou=groups as @staff
at o1 link @staff member=@alice
pull b1 from o1
at o1 set @alice title=A
at b1 set @alice title=B
)";

// Each stands as line 10 below the story.
const Case kCases[] = {
    {"expect o1 @alice title=C", "found title \"A\""},
    {"expect o1 @alice title=A title=B", "found title \"A\""},
    {"expect o1 @alice no title", "found title \"A\""},
    {"expect o1 @alice missing", "found it"},
    {"expect o1 @alice deleted", "found it alive"},
    {"expect o1 @alice conflict-name", "found cn=alice,ou=people"},
    {"expect o1 @alice dn cn=Alice,ou=people", "found cn=alice,ou=people"},
    {"expect o1 @alice under ou=groups", "found cn=alice,ou=people"},
    {"expect o1 @alice stamp title version=3", "found version=2 by o1"},
    {"expect o1 @alice stamp title version=2 by b1", "found version=2 by o1"},
    {"expect o1 @staff no member", "found member"},
    {"expect o1 @staff stamp member=@alice version=2", "found version=1 by o1"},
    {"expect all @alice title=A", "at b1: found title \"B\""},
    {"expect one of @alice @staff conflict-name", "found 0 of them"},
    {"expect same", "differs in title"},
    {"expect conflicts 1", "found 0"},
    {"expect clashes 1", "found 0"},
    {"expect lost title A @alice", "found no such entry"},
    {"expect pulls b1 from o1 objects=3 values=4", "found objects=2 values=4"},
    {"expect pulls b1 from o1 bytes<=10", "found objects=2 values=4 bytes="},
    {"expect pulls o1 from b1 objects=0", "found that it never pulled from there"},
    {"expect hops <= 0", "found 1"},
    {"expect within 10s all @alice title=A", "at b1: found title \"B\""},
    {"expect not conflicts 0", "found that it holds"},
    {"refused: at o1 set @alice title=C", "should have been refused"},
    {"at o1 set @bob title=C", "@bob: nothing was named so"},
    {"settle", "nothing moves by itself"},
    // Neither `refused:` nor `not` nor `missing` turns a line that makes no sense into a good one.
    {"refused: at o1 sett @alice title=C", "'sett' is no write"},
    {"refused: at o1 set @bob title=C", "@bob: nothing was named so"},
    {"refused: at o9 set @alice title=C", "no controller is named o9"},
    {"refused: at o1 set @alice title", "NAME=VALUE"},
    {"refused: pull b1 o1", "say: pull"},
    {"refused: pull b1 from o9", "no controller is named o9"},
    {"refused: dance", "is not understood"},
    {"refused: at o1 context dc=apps o1", "the forest needs the line 'configuration'"},
    {"refused: at o1 context dc=apps", "say: at CONTROLLER context DN"},
    {"expect not o1 context dc=apps here", "the forest needs the line 'configuration'"},
    {"expect not o1 context dc=apps near", "say: expect CONTROLLER context DN"},
    {"expect not o1 @bob title=C", "@bob: nothing was named so"},
    {"expect o1 @bob missing", "@bob: nothing was named so"},
    {"expect o9 @alice missing", "o9"},
    {"expect not o9 @alice title=C", "o9"},
    {"expect not conflicts many", "a number where 'many' stands"},
    {"expect not dance", "say: expect"},
    {"expect o1 @alice titel", "say: expect"},
    {"at o1 add cn=u{5..1},ou=people", "a range is written"},
    {"at o1 set @alice title=\"A", "a quote is not closed"},
};

TEST(ScenarioLine, ThatDoesNotHoldFailsAndSaysWhatWasFound) {
  for (const Case& one : kCases) {
    const auto result = run_scenario(std::string(kStory) + one.line + "\n", "story.scn", {});
    EXPECT_FALSE(result.passed) << one.line;
    EXPECT_NE(result.failure.find(one.complaint), std::string::npos)
        << one.line << "\n  says: " << result.failure;
    EXPECT_NE((result.failure + result.output).find("10"), std::string::npos) << result.failure;
  }
}

TEST(ScenarioLine, TheStoryItselfPasses) {
  EXPECT_TRUE(run_scenario(kStory, "story.scn", {}).passed);
}

TEST(ScenarioLine, AFailureNamesFileLineAndStatement) {
  const auto result =
      run_scenario(std::string(kStory) + "expect conflicts 1  # of one\n", "story.scn", {});
  EXPECT_EQ(result.failure, "story.scn:10: expect conflicts 1: found 0");
}

TEST(ScenarioLine, AnUnsoundForestIsRefusedWithAllItsFaults) {
  const auto result =
      run_scenario("site oslo: o1 o1\nlink oslo nuuk\nlink oslo rome\n", "f.scn", {});
  EXPECT_FALSE(result.passed);
  for (const char* fault : {"o1", "nuuk", "rome"})
    EXPECT_NE(result.failure.find(fault), std::string::npos) << result.failure;
}

TEST(ScenarioLine, WrongGoldenOutputFails) {
  const auto result =
      run_scenario("site oslo: o1\nat o1 add cn=a,ou=people\n----\ncn=b,ou=people\n\nexpect same\n",
                   "g.scn", {});
  EXPECT_FALSE(result.passed);
  EXPECT_NE(result.failure.find("instead of\ncn=b,ou=people"), std::string::npos) << result.failure;
}

TEST(ScenarioLine, GoldenOutputIsWrittenAnew) {
  const auto result =
      run_scenario("site oslo: o1\nat o1 add cn=a,ou=people\n----\nwrong\n\nexpect same\n", "g.scn",
                   {.rewrite = true});
  EXPECT_EQ(result.rewritten,
            "site oslo: o1\nat o1 add cn=a,ou=people\n----\ncn=a,ou=people,dc=corp,dc=example\n\n"
            "expect same\n");
}

}  // namespace
}  // namespace ringspan::tests
