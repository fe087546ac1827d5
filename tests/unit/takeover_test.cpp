#include "replicator/engine/takeover.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "replicator/engine/pulls.hpp"
#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;
using namespace std::chrono_literals;

const auto kPrimary = id<ControllerId>(1);
const auto kStandby = id<ControllerId>(2);
const auto kCorp = id<NamingContextId>(9);
const auto kSchema = id<NamingContextId>(10);
constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

class TakeoverTest : public testing::Test {
 protected:
  TakeoverTest() {
    takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}},
                           {.source = kStandby, .naming_contexts = {kCorp}, .standby = true}},
                          kNow);
    takeover.went_well(kPrimary, kCorp);
  }

  /// What update() says at `now`; true if the standby carries values then.
  bool awake_at(base::Time now) {
    for (const Switch& one : takeover.update(now)) {
      ++switches;
      EXPECT_EQ(one.awake, takeover.awake(one.source, one.naming_context));
    }
    return takeover.awake(kStandby, kCorp);
  }

  Takeover takeover;
  int switches = 0;
};

TEST_F(TakeoverTest, SleepsWhileAllIsWell) {
  takeover.went_well(kPrimary, kCorp);
  takeover.in_step(kStandby, kCorp);
  EXPECT_FALSE(awake_at(kNow));
  EXPECT_EQ(takeover.wake_at(kNow), std::nullopt);
}

TEST_F(TakeoverTest, TwoFailuresInARowWakeItAtOnce) {
  takeover.failed(kPrimary, kCorp, kNow);
  EXPECT_FALSE(awake_at(kNow));
  takeover.failed(kPrimary, kCorp, kNow + 1s);
  EXPECT_TRUE(awake_at(kNow + 1s));
}

TEST_F(TakeoverTest, OneFailureWakesItAfterFiveSeconds) {
  takeover.failed(kPrimary, kCorp, kNow);
  EXPECT_EQ(takeover.wake_at(kNow), kNow + 5s);
  EXPECT_FALSE(awake_at(kNow + 4999ms));
  EXPECT_TRUE(awake_at(kNow + 5s));
}

TEST_F(TakeoverTest, OneThatWasNeverWellYetIsGivenFiveSeconds) {
  takeover.set_partners({{.source = kStandby, .naming_contexts = {kCorp}, .standby = true}}, kNow);
  takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}},
                         {.source = kStandby, .naming_contexts = {kCorp}, .standby = true}},
                        kNow);
  takeover.down(kPrimary, kNow);
  EXPECT_EQ(takeover.wake_at(kNow), kNow + 5s);
  EXPECT_FALSE(awake_at(kNow + 4999ms));
  EXPECT_TRUE(awake_at(kNow + 5s));
}

TEST_F(TakeoverTest, ACycleThatGoesWellForgivesOneFailure) {
  takeover.failed(kPrimary, kCorp, kNow);
  takeover.went_well(kPrimary, kCorp);
  takeover.failed(kPrimary, kCorp, kNow + 1s);
  EXPECT_FALSE(awake_at(kNow + 2s));
}

TEST_F(TakeoverTest, AClosedWayWakesItAtOnceInEveryNamingContext) {
  takeover.set_partners(
      {{.source = kPrimary, .naming_contexts = {kCorp, kSchema}},
       {.source = kStandby, .naming_contexts = {kCorp, kSchema}, .standby = true}},
      kNow);
  takeover.went_well(kPrimary, kSchema);
  takeover.down(kPrimary, kNow);
  EXPECT_EQ(takeover.update(kNow).size(), 2U);
}

TEST_F(TakeoverTest, AFailureInOneNamingContextDoesNotWakeTheOther) {
  takeover.set_partners(
      {{.source = kPrimary, .naming_contexts = {kCorp, kSchema}},
       {.source = kStandby, .naming_contexts = {kCorp, kSchema}, .standby = true}},
      kNow);
  takeover.went_well(kPrimary, kSchema);
  takeover.failed(kPrimary, kSchema, kNow);
  takeover.failed(kPrimary, kSchema, kNow);
  takeover.went_well(kPrimary, kCorp);
  const auto switches_now = takeover.update(kNow);
  ASSERT_EQ(switches_now.size(), 1U);
  EXPECT_EQ(switches_now[0], (Switch{kStandby, kSchema, true, kPrimary}));
}

TEST_F(TakeoverTest, GoesBackToSleepAMinuteAfterThePrimaryIsWell) {
  takeover.down(kPrimary, kNow);
  EXPECT_TRUE(awake_at(kNow));
  EXPECT_TRUE(awake_at(kNow + 10min));
  takeover.went_well(kPrimary, kCorp);
  EXPECT_EQ(takeover.wake_at(kNow + 10min), kNow + 11min);
  EXPECT_TRUE(awake_at(kNow + 11min - 1ms));
  EXPECT_FALSE(awake_at(kNow + 11min));
  EXPECT_EQ(switches, 2);
}

TEST_F(TakeoverTest, APrimaryThatComesAndGoesDoesNotMakeItFlap) {
  for (base::Time now = kNow; now < kNow + 1h; now += 30s) {
    takeover.down(kPrimary, now);
    awake_at(now);
    takeover.went_well(kPrimary, kCorp);
    awake_at(now + 15s);
  }
  EXPECT_EQ(switches, 1);
  EXPECT_FALSE(awake_at(kNow + 3h));
  EXPECT_EQ(switches, 2);
}

TEST_F(TakeoverTest, EachTimeThatItMustWakeSoonAgainItStaysAwakeForTwiceAsLong) {
  base::Time now = kNow;
  for (const base::Duration calm : std::vector<base::Duration>{1min, 2min, 4min, 8min}) {
    takeover.down(kPrimary, now);
    EXPECT_TRUE(awake_at(now));
    takeover.went_well(kPrimary, kCorp);
    EXPECT_TRUE(awake_at(now + calm - 1ms)) << calm.count();
    now += calm;
    EXPECT_FALSE(awake_at(now)) << calm.count();
    now += 10s;
  }
}

TEST_F(TakeoverTest, WhatNoPrimaryBringsForTenSecondsWakesIt) {
  takeover.ahead(kStandby, kCorp, Usn(7), kNow);
  EXPECT_FALSE(awake_at(kNow));
  takeover.ahead(kStandby, kCorp, Usn(7), kNow + 5s);
  EXPECT_FALSE(awake_at(kNow + 5s));
  takeover.ahead(kStandby, kCorp, Usn(7), kNow + 10s);
  EXPECT_TRUE(awake_at(kNow + 10s));
}

TEST_F(TakeoverTest, WhatAPrimaryBringsInTimeDoesNotWakeIt) {
  for (int i = 0; i < 20; ++i) {  // always something new on its way
    takeover.ahead(kStandby, kCorp, Usn(static_cast<std::uint64_t>(i)), kNow + i * 5s);
    EXPECT_FALSE(awake_at(kNow + i * 5s)) << i;
  }
  takeover.in_step(kStandby, kCorp);
  takeover.ahead(kStandby, kCorp, Usn(21), kNow + 200s);
  EXPECT_FALSE(awake_at(kNow + 200s));
}

TEST_F(TakeoverTest, NeverInStepForTwoMinutesWakesIt) {
  for (int i = 0; i < 24; ++i) {
    takeover.ahead(kStandby, kCorp, Usn(static_cast<std::uint64_t>(i)), kNow + i * 5s);
    EXPECT_FALSE(awake_at(kNow + i * 5s)) << i;
  }
  takeover.ahead(kStandby, kCorp, Usn(99), kNow + 2min);
  EXPECT_TRUE(awake_at(kNow + 2min));
}

TEST_F(TakeoverTest, ANewPlanKeepsWhatIsKnownOfThoseWhoStay) {
  takeover.down(kPrimary, kNow);
  EXPECT_TRUE(awake_at(kNow));
  takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}},
                         {.source = kStandby, .naming_contexts = {kCorp}, .standby = true}},
                        kNow);
  EXPECT_TRUE(awake_at(kNow + 1s));
  EXPECT_EQ(switches, 1);
}

TEST_F(TakeoverTest, AStandbyThatFailsWakesNobody) {
  takeover.failed(kStandby, kCorp, kNow);
  takeover.down(kStandby, kNow);
  EXPECT_FALSE(awake_at(kNow + 1min));
}

TEST_F(TakeoverTest, SourcesAreLostWhenAPrimaryHasFailedForTwoMinutes) {
  takeover.down(kStandby, kNow);
  EXPECT_TRUE(takeover.gaps(kNow + 1h).lost.empty());  // nobody needs it
  takeover.failed(kPrimary, kCorp, kNow);
  EXPECT_EQ(takeover.wake_at(kNow + 1min), kNow + 2min);
  EXPECT_TRUE(takeover.gaps(kNow + 2min - 1ms).lost.empty());
  EXPECT_EQ(takeover.gaps(kNow + 2min).lost, (std::set<ControllerId>{kPrimary, kStandby}));
  takeover.went_well(kPrimary, kCorp);
  EXPECT_TRUE(takeover.gaps(kNow + 3min).lost.empty());
}

TEST_F(TakeoverTest, ADetourDoesNotEndTheLossThatItIsFor) {
  takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}}}, kNow);
  takeover.down(kPrimary, kNow);
  ASSERT_EQ(takeover.gaps(kNow + 2min).lost, (std::set<ControllerId>{kPrimary}));
  takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}},
                         {.source = kStandby, .naming_contexts = {kCorp}, .detour = true}},
                        kNow + 2min);
  EXPECT_EQ(takeover.gaps(kNow + 2min).lost, (std::set<ControllerId>{kPrimary}));
  takeover.down(kStandby, kNow + 2min);
  EXPECT_EQ(takeover.gaps(kNow + 4min).lost, (std::set<ControllerId>{kPrimary, kStandby}));
  // The plan without both does not have it any more; it is not tried again at once.
  takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}}}, kNow + 4min);
  EXPECT_EQ(takeover.gaps(kNow + 1h).lost, (std::set<ControllerId>{kPrimary, kStandby}));
  EXPECT_EQ(takeover.gaps(kNow + 1h + 4min).lost, (std::set<ControllerId>{kPrimary}));
}

TEST_F(TakeoverTest, ASourceThatSaysForTwoMinutesThatItHasLostUsIsLost) {
  takeover.heard(kPrimary, kCorp, true, kNow);
  EXPECT_EQ(takeover.wake_at(kNow), kNow + 2min);
  EXPECT_TRUE(takeover.doubtful(kNow + 2min - 1ms).empty());
  ASSERT_EQ(takeover.doubtful(kNow + 2min).size(), 1U);  // to be asked again
  EXPECT_EQ(takeover.doubtful(kNow + 2min).front(), std::pair(kPrimary, kCorp));
  takeover.heard(kPrimary, kCorp, true, kNow + 2min - 1ms);
  EXPECT_EQ(takeover.gaps(kNow + 1h), Gaps{});  // it may hear us again since
  takeover.heard(kPrimary, kCorp, true, kNow + 2min);
  EXPECT_EQ(takeover.gaps(kNow + 2min).lost, (std::set<ControllerId>{kPrimary}));
  EXPECT_TRUE(takeover.gaps(kNow + 2min).silent.empty());  // or both would say it for good
  EXPECT_FALSE(takeover.stands_in(kStandby, kCorp, kNow + 2min));
  EXPECT_TRUE(awake_at(kNow + 2min));
  EXPECT_TRUE(takeover.stands_in(kStandby, kCorp, kNow + 2min));
  takeover.heard(kPrimary, kCorp, false, kNow + 3min);
  EXPECT_EQ(takeover.gaps(kNow + 3min), Gaps{});
}

TEST_F(TakeoverTest, WhoSaysThatAStandbyIsLostChangesNothing) {
  takeover.heard(kStandby, kCorp, true, kNow);
  takeover.heard(kStandby, kCorp, true, kNow + 10min);
  EXPECT_EQ(takeover.gaps(kNow + 10min), Gaps{});
}

const auto kNeighbour = id<ControllerId>(4);

class ToldTest : public TakeoverTest {
 protected:
  ToldTest() {
    takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}},
                           {.source = kNeighbour, .naming_contexts = {kCorp}, .neighbour = true},
                           {.source = kStandby, .naming_contexts = {kCorp}, .standby = true}},
                          kNow);
  }
  std::uint32_t steps_at(base::Time now) const {
    const auto said = takeover.steps_to_loss(now);
    return said.empty() ? 0 : said.at(kCorp);
  }
};

TEST_F(ToldTest, ALossInTheSiteWakesTheStandbyUntilAMinuteAfterItsEnd) {
  takeover.told(kNeighbour, kCorp, 1);
  EXPECT_EQ(takeover.update(kNow),
            (std::vector<Switch>{{kStandby, kCorp, true, std::nullopt, kNeighbour}}));
  EXPECT_TRUE(awake_at(kNow + 1h));  // no second word is needed
  takeover.told(kNeighbour, kCorp, 0);
  EXPECT_TRUE(awake_at(kNow + 1h + 1min - 1ms));
  EXPECT_FALSE(awake_at(kNow + 1h + 1min));
}

TEST_F(ToldTest, ALossWhereTheStandbyLeadsWakesIt) {
  takeover.told(kStandby, kCorp, 2);
  EXPECT_TRUE(awake_at(kNow));
  EXPECT_EQ(steps_at(kNow), 0U);  // it is no loss of our own site
}

TEST_F(ToldTest, ALossInAnotherSiteConcernsOnlyThoseWhoStandByForIt) {
  takeover.told(kPrimary, kCorp, 1);
  EXPECT_FALSE(awake_at(kNow));
  EXPECT_EQ(steps_at(kNow), 0U);
}

TEST_F(ToldTest, ANeighbourThatAnswersNoMoreTellsNothing) {
  takeover.told(kNeighbour, kCorp, 1);
  takeover.failed(kNeighbour, kCorp, kNow);
  EXPECT_FALSE(awake_at(kNow));
}

TEST_F(ToldTest, TheWordIsPassedOnToTheFarthestOfTheSiteAndNoFurther) {
  EXPECT_EQ(steps_at(kNow), 0U);
  takeover.told(kNeighbour, kCorp, Takeover::kMostSteps - 1);
  EXPECT_EQ(steps_at(kNow), Takeover::kMostSteps);
  takeover.told(kNeighbour, kCorp, Takeover::kMostSteps);
  EXPECT_EQ(steps_at(kNow), 0U);
  EXPECT_TRUE(awake_at(kNow));
  takeover.down(kPrimary, kNow);
  EXPECT_FALSE(takeover.steps_to_loss(kNow).contains(kSchema));
  EXPECT_EQ(steps_at(kNow + 5s), 1U);
}

TEST_F(TakeoverTest, WhoHasNoStandbyTellsOfItsLossInTime) {
  takeover.set_partners({{.source = kPrimary, .naming_contexts = {kCorp}}}, kNow);
  takeover.failed(kPrimary, kCorp, kNow);
  EXPECT_TRUE(takeover.steps_to_loss(kNow).empty());
  EXPECT_EQ(takeover.wake_at(kNow), kNow + Takeover::kPatience);
  EXPECT_EQ(takeover.steps_to_loss(kNow + 5s), (StepsToLoss{{kCorp, 1}}));
}

TEST_F(TakeoverTest, EverySourceThatDoesNotAnswerIsTold) {
  takeover.down(kStandby, kNow);
  EXPECT_TRUE(takeover.gaps(kNow + 2min - 1ms).silent.empty());
  EXPECT_EQ(takeover.gaps(kNow + 2min).silent, (std::set<ControllerId>{kStandby}));
  takeover.went_well(kStandby, kCorp);
  EXPECT_TRUE(takeover.gaps(kNow + 2min).silent.empty());
}

TEST_F(TakeoverTest, WhoCallsIsPulledFromForTwoOfItsIntervals) {
  const auto caller = id<ControllerId>(3);
  takeover.called(caller, kNow);
  EXPECT_EQ(takeover.gaps(kNow).callers, (std::set<ControllerId>{caller}));
  takeover.set_partners(
      {{.source = kPrimary, .naming_contexts = {kCorp}},
       {.source = caller, .naming_contexts = {kCorp}, .interval = 1h, .detour = true}},
      kNow);
  EXPECT_EQ(takeover.wake_at(kNow), kNow + 2h + 2min);
  takeover.called(caller, kNow + 1h);
  takeover.update(kNow + 3h + 2min - 1ms);
  EXPECT_EQ(takeover.gaps(kNow + 3h).callers, (std::set<ControllerId>{caller}));
  takeover.update(kNow + 3h + 2min);
  EXPECT_EQ(takeover.gaps(kNow + 3h + 2min), Gaps{});
}

}  // namespace
}  // namespace ringspan::tests
