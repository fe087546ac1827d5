#include "replicator/engine/pulls.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;
using namespace std::chrono_literals;

const auto kOslo = id<ControllerId>(1);
const auto kNuuk = id<ControllerId>(2);
const auto kCorp = id<NamingContextId>(9);
constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

Partner partner(ControllerId source) {
  return {.source = source, .naming_contexts = {kCorp}};
}

Pulls with_partners(const std::vector<Partner>& partners) {
  Pulls pulls(10s);
  pulls.set_partners(partners, kNow);
  return pulls;
}

TEST(Pulls, ANewPartnerIsAskedAtOnceAndThenByInterval) {
  Pulls pulls = with_partners({partner(kOslo)});
  ASSERT_EQ(pulls.start(kNow).size(), 1U);
  pulls.succeeded(kOslo, kCorp, {}, kNow);
  EXPECT_TRUE(pulls.start(kNow + 14min).empty());
  EXPECT_EQ(pulls.wake_at(kNow), kNow + 15min);
  EXPECT_EQ(pulls.start(kNow + 15min).size(), 1U);
}

TEST(Pulls, AClockThatIsPutBackDelaysNothing) {
  Pulls pulls = with_partners({partner(kOslo)});
  const base::Time ahead = kNow + 90'000h;
  ASSERT_EQ(pulls.start(ahead).size(), 1U);
  pulls.succeeded(kOslo, kCorp, {}, ahead);
  EXPECT_TRUE(pulls.start(kNow).empty());
  EXPECT_EQ(pulls.wake_at(kNow), kNow + 15min);
  EXPECT_EQ(pulls.start(kNow + 15min).size(), 1U);
}

TEST(Pulls, OneSourceAtATimeInOneContextUntilItDawdles) {
  Pulls pulls = with_partners({partner(kOslo), partner(kNuuk)});
  ASSERT_EQ(pulls.start(kNow).size(), 1U);
  EXPECT_TRUE(pulls.start(kNow + 1s).empty());
  EXPECT_EQ(pulls.wake_at(kNow + 1s), kNow + kPatience);
  EXPECT_EQ(pulls.start(kNow + kPatience).size(), 1U);
}

TEST(Pulls, WhatWasAnnouncedGoesBeforeWhatIsOnlyDue) {
  Pulls pulls = with_partners({partner(kOslo), partner(kNuuk)});
  pulls.noticed(kNuuk, kCorp, kNow);
  const auto first = pulls.start(kNow);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first.front().source, kNuuk);
  pulls.succeeded(kNuuk, kCorp, {}, kNow);
  const auto second = pulls.start(kNow);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second.front().source, kOslo);
}

TEST(Pulls, ACycleThatIsOnlyDueGivesWayBetweenTwoPagesAndGoesOnAfterwards) {
  Pulls pulls = with_partners({partner(kOslo), partner(kNuuk)});
  ASSERT_EQ(pulls.start(kNow).front().source, kOslo);
  EXPECT_FALSE(pulls.gives_way(kOslo, kCorp, kNow));
  pulls.noticed(kNuuk, kCorp, kNow);
  ASSERT_TRUE(pulls.gives_way(kOslo, kCorp, kNow));
  pulls.give_way(kOslo, kCorp, kNow);
  EXPECT_TRUE(pulls.running(kCorp));  // half-way
  const auto next = pulls.start(kNow);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next.front().source, kNuuk);
  EXPECT_FALSE(pulls.gives_way(kNuuk, kCorp, kNow));  // announced itself
  pulls.succeeded(kNuuk, kCorp, {}, kNow);
  const auto again = pulls.start(kNow);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again.front().source, kOslo);
  pulls.succeeded(kOslo, kCorp, {}, kNow);
  EXPECT_FALSE(pulls.running(kCorp));
}

TEST(Pulls, APersonsPullGivesWayToNobody) {
  Pulls pulls = with_partners({partner(kOslo), partner(kNuuk)});
  pulls.force(kOslo, kCorp, {.id = 1, .full = true}, kNow);
  pulls.start(kNow);
  pulls.noticed(kNuuk, kCorp, kNow);
  EXPECT_FALSE(pulls.gives_way(kOslo, kCorp, kNow));
}

TEST(Pulls, AFailureIsRetriedAfterADoublingBackOff) {
  Pulls pulls = with_partners({partner(kOslo)});
  base::Time now = kNow;
  for (const base::Duration wait :
       std::vector<base::Duration>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    ASSERT_EQ(pulls.start(now).size(), 1U);
    EXPECT_EQ(pulls.failed(kOslo, kCorp, "gone", now).error, "gone");
    EXPECT_TRUE(pulls.start(now + wait - 1ms).empty());
    EXPECT_EQ(pulls.wake_at(now), now + wait);
    now += wait;
  }
}

TEST(Pulls, ASleepingStandbyIsProbedAtItsHeartbeatHoweverOftenItFailed) {
  Partner standby = partner(kOslo);
  standby.standby = true;
  Pulls pulls = with_partners({standby});
  base::Time now = kNow;
  for (const base::Duration wait :
       std::vector<base::Duration>{1s, 2s, 4s, kHeartbeat, kHeartbeat}) {
    ASSERT_EQ(pulls.start(now).size(), 1U);
    pulls.failed(kOslo, kCorp, "paused", now);
    EXPECT_EQ(pulls.wake_at(now), now + wait);
    now += wait;
  }
}

TEST(Pulls, AWayThatOpensForgetsTheBackOff) {
  Pulls pulls = with_partners({partner(kOslo)});
  pulls.start(kNow);
  pulls.failed(kOslo, kCorp, "gone", kNow);
  pulls.source_up(kOslo, kNow + 1ms);
  EXPECT_EQ(pulls.start(kNow + 1ms).size(), 1U);
}

TEST(Pulls, ASourceThatSpeaksIsTriedAgainSoonButNotWithoutRest) {
  Pulls pulls = with_partners({partner(kOslo)});
  base::Time now = kNow;
  for (int i = 0; i < 7; ++i) {
    pulls.start(now);
    pulls.failed(kOslo, kCorp, "paused", now);
    now += kLongestBackOff;
  }
  pulls.start(now);
  pulls.failed(kOslo, kCorp, "paused", now);
  pulls.noticed(kOslo, kCorp, now);
  EXPECT_TRUE(pulls.start(now + kShortestBackOff - 1ms).empty());
  EXPECT_EQ(pulls.start(now + kShortestBackOff).size(), 1U);
}

TEST(Pulls, AForcedPullDoesNotWaitForOneUnderWayElsewhereAndFollowsTheOneHere) {
  Pulls pulls = with_partners({partner(kOslo), partner(kNuuk)});
  ASSERT_EQ(pulls.start(kNow).size(), 1U);  // from Oslo
  pulls.force(kNuuk, kCorp, {.id = 1}, kNow);
  EXPECT_EQ(pulls.start(kNow).size(), 1U);
  pulls.force(kOslo, kCorp, {.id = 2}, kNow);
  EXPECT_TRUE(pulls.start(kNow).empty());
  EXPECT_TRUE(pulls.succeeded(kOslo, kCorp, {}, kNow).forced.empty());  // it began before
  ASSERT_EQ(pulls.start(kNow).size(), 1U);
  EXPECT_EQ(pulls.succeeded(kOslo, kCorp, {}, kNow).forced, std::vector<std::uint64_t>{2});
}

TEST(Pulls, AClosedScheduleHoldsBackAllButAForcedPull) {
  Partner nightly = partner(kOslo);
  nightly.schedule = *sites::Schedule::parse("Mon-Fri 18:00-20:00");
  Pulls pulls = with_partners({nightly});  // Monday, midnight
  EXPECT_TRUE(pulls.start(kNow).empty());
  EXPECT_EQ(pulls.wake_at(kNow), kNow + 18h);
  pulls.force(kOslo, kCorp, {.id = 5}, kNow);
  ASSERT_EQ(pulls.start(kNow).size(), 1U);
  EXPECT_EQ(pulls.succeeded(kOslo, kCorp, {}, kNow).forced, std::vector<std::uint64_t>{5});
}

TEST(Pulls, AForcedPullFromANonPartnerHappensOnce) {
  Pulls pulls = with_partners({});
  pulls.force(kNuuk, kCorp, {.id = 1}, kNow);
  ASSERT_EQ(pulls.start(kNow).size(), 1U);
  pulls.succeeded(kNuuk, kCorp, {}, kNow);
  EXPECT_TRUE(pulls.idle());
  EXPECT_EQ(pulls.wake_at(kNow), std::nullopt);
}

TEST(Pulls, OfOneSourceTheSchemaComesFirst) {
  const auto schema = id<NamingContextId>(10);  // after kCorp in the order of ids
  Pulls pulls(10s, schema);
  Partner oslo = partner(kOslo);
  oslo.naming_contexts.push_back(schema);
  pulls.set_partners({oslo, partner(kNuuk)}, kNow);
  const auto first = pulls.start(kNow);
  ASSERT_EQ(first.size(), 2U);  // the schema of Oslo, and all of Nuuk, which gives no schema
  EXPECT_EQ(first.front().source, kNuuk);
  EXPECT_EQ(first.back().naming_context, schema);
  pulls.succeeded(kNuuk, kCorp, {}, kNow);
  EXPECT_TRUE(pulls.start(kNow).empty());
  EXPECT_EQ(pulls.wake_at(kNow), kNow + kPatience);
  pulls.succeeded(kOslo, schema, {}, kNow + 1s);
  EXPECT_EQ(pulls.start(kNow + 1s).size(), 1U);
}

TEST(Pulls, ASchemaThatDawdlesHoldsUpNothing) {
  const auto schema = id<NamingContextId>(10);
  Pulls pulls(10s, schema);
  Partner oslo = partner(kOslo);
  oslo.naming_contexts.push_back(schema);
  pulls.set_partners({oslo}, kNow);
  ASSERT_EQ(pulls.start(kNow).size(), 1U);
  EXPECT_TRUE(pulls.start(kNow + kPatience - 1ms).empty());
  EXPECT_EQ(pulls.start(kNow + kPatience).size(), 1U);
}

TEST(Pulls, WhateverIsWantedOfAContextIsAskedOnceMore) {
  Pulls pulls = with_partners({partner(kOslo)});
  pulls.start(kNow);
  pulls.succeeded(kOslo, kCorp, {}, kNow);
  EXPECT_TRUE(pulls.under_way(kCorp).empty());
  pulls.want(kCorp);
  ASSERT_EQ(pulls.start(kNow).size(), 1U);
  EXPECT_EQ(pulls.under_way(kCorp), std::vector{kOslo});
}

TEST(Pulls, APageInTimeKeepsACycleAliveAndSilenceEndsIt) {
  Pulls pulls = with_partners({partner(kOslo)});
  const auto first = pulls.start(kNow);
  ASSERT_EQ(first.size(), 1U);
  const auto second = pulls.next_page(kOslo, kCorp, {.pages = 1}, kNow + 9s);
  EXPECT_NE(first.front().id, second.id);
  EXPECT_FALSE(pulls.expects(kOslo, kCorp, first.front().id));
  EXPECT_TRUE(pulls.expects(kOslo, kCorp, second.id));
  EXPECT_TRUE(pulls.overdue(kNow + 18s).empty());
  EXPECT_EQ(pulls.overdue(kNow + 19s).size(), 1U);
}

}  // namespace
}  // namespace ringspan::tests
