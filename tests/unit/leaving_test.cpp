#include "replicator/engine/leaving.hpp"

#include <gtest/gtest.h>

#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using replicator::ControllerId;
using replicator::Leaving;
using replicator::NamingContextId;
using replicator::Offer;
using namespace std::chrono_literals;

constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

const NamingContextId kApps = id<NamingContextId>(1);
const ControllerId kOslo = id<ControllerId>(11);
const ControllerId kRome = id<ControllerId>(12);

TEST(Leaving, AsksTheRemainingOnesInTurnAndEverMoreSlowly) {
  Leaving leaving;
  EXPECT_FALSE(leaving.wake_at());
  leaving.set({{kApps, {kOslo, kRome}}}, kNow);
  EXPECT_EQ(leaving.due(kNow), (std::vector<Offer>{{1, kApps, kOslo}}));
  EXPECT_EQ(leaving.wake_at(), kNow + 1s);
  EXPECT_TRUE(leaving.due(kNow + 999ms).empty());
  EXPECT_EQ(leaving.due(kNow + 1s), (std::vector<Offer>{{2, kApps, kRome}}));
  EXPECT_EQ(leaving.wake_at(), kNow + 3s);
  EXPECT_EQ(leaving.due(kNow + 3s), (std::vector<Offer>{{3, kApps, kOslo}}));
  base::Time now = kNow + 3s;
  for (int round = 0; round < 20; ++round) {
    const base::Time next = leaving.wake_at().value_or(now);
    EXPECT_LE(next - now, 60s);
    now = next;
    EXPECT_EQ(leaving.due(now).size(), 1U);
  }
  leaving.end(kApps);
  EXPECT_FALSE(leaving.wake_at());
}

TEST(Leaving, WithNobodyLeftItWaitsUntilThereIsSomebody) {
  Leaving leaving;
  leaving.set({{kApps, {}}}, kNow);
  EXPECT_TRUE(leaving.due(kNow + 24h).empty());
  EXPECT_FALSE(leaving.wake_at());
  leaving.set({{kApps, {kRome}}}, kNow + 24h);
  EXPECT_EQ(leaving.due(kNow + 24h).size(), 1U);
}

TEST(Leaving, OnlyAnswersToOffersOfThisLeaveCount) {
  Leaving leaving;
  EXPECT_FALSE(leaving.counts(1, kApps));
  leaving.set({{kApps, {kOslo}}}, kNow);
  const std::uint64_t first = leaving.due(kNow).front().id;
  EXPECT_TRUE(leaving.counts(first, kApps));
  leaving.set({{kApps, {kOslo, kRome}}}, kNow + 1s);  // the same leave, more who remain
  EXPECT_TRUE(leaving.counts(first, kApps));
  leaving.set({}, kNow + 2s);  // held again
  EXPECT_FALSE(leaving.counts(first, kApps));
  leaving.set({{kApps, {kOslo}}}, kNow + 3s);
  EXPECT_FALSE(leaving.counts(first, kApps));
  EXPECT_TRUE(leaving.counts(leaving.due(kNow + 3s).front().id, kApps));
}

TEST(Leaving, WhatHasNotChangedDoesNotBeginAnew) {
  Leaving leaving;
  leaving.set({{kApps, {kOslo}}}, kNow);
  EXPECT_EQ(leaving.due(kNow).size(), 1U);
  leaving.set({{kApps, {kOslo}}}, kNow);
  EXPECT_TRUE(leaving.due(kNow).empty());
}

}  // namespace
}  // namespace ringspan::tests
