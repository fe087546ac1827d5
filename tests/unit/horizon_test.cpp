// Up to when a replica holds everything, and up to when all do.

#include "replicator/engine/horizon.hpp"

#include <gtest/gtest.h>

#include "replicator/store/memory_store.hpp"

namespace ringspan::replicator {
namespace {

using namespace std::chrono_literals;

ControllerId controller(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.back() = number;
  return ControllerId(base::Guid{bytes});
}
InvocationId life(std::uint8_t number) {
  return InvocationId(controller(number).value);
}

constexpr base::Time kNow{std::chrono::hours(1000)};

/// What `teller` says of itself, in its life of the same number unless another is given.
void say(UpToDatenessVector& vector, std::uint8_t teller, base::Time time, base::Time horizon,
         std::uint8_t in_life = 0, Usn usn = Usn{1}) {
  vector.merge(life(in_life == 0 ? teller : in_life),
               {.usn = usn, .time = time, .horizon = horizon, .controller = controller(teller)});
}

class Horizon : public ::testing::Test {
 protected:
  ReplicaMembers members_{
      {controller(1), {}}, {controller(2), {}}, {controller(3), {.since = {}, .writes = false}}};
  UpToDatenessVector vector_;
  UpToDatenessVector configuration_;

  base::Time here() const { return horizon_here(vector_, members_, controller(1), kNow); }
  base::Time of_all(base::Time mine = kNow) const {
    Words words;
    return of_all(words, mine);
  }
  base::Time of_all(Words& words, base::Time mine = kNow) const {
    words.hear(vector_, configuration_, members_);
    return words.horizon_of_all(members_, controller(1), mine);
  }
};

TEST_F(Horizon, OursIsTheTimeOfTheWriterHeardOfLeastLately) {
  say(vector_, 2, kNow - 3h, {});
  EXPECT_EQ(here(), kNow - 3h);
  members_[controller(4)] = {};
  EXPECT_EQ(here(), base::Time{}) << "one that was never heard of";
  say(vector_, 4, kNow - 5h, {});
  EXPECT_EQ(here(), kNow - 5h);
}

TEST_F(Horizon, WhoWritesNothingHoldsBackThatOfAllAndNotOurs) {
  say(vector_, 2, kNow, kNow - 1h);
  say(configuration_, 2, kNow, kNow);
  EXPECT_EQ(here(), kNow);
  EXPECT_EQ(of_all(), base::Time{});
  say(vector_, 3, kNow, kNow - 2h, 0, Usn{});
  say(configuration_, 3, kNow, kNow, 0, Usn{});
  EXPECT_EQ(of_all(), kNow - 2h);
  EXPECT_EQ(of_all(kNow - 9h), kNow - 9h);
}

TEST_F(Horizon, WordCountsOnlyIfTheConfigurationOfItsTellerHasCome) {
  members_.erase(controller(3));
  say(vector_, 2, kNow, kNow - 1h);
  say(configuration_, 2, kNow - kHorizonsEvery - 1ms, kNow);
  EXPECT_EQ(of_all(), base::Time{});
  say(configuration_, 2, kNow - kHorizonsEvery, kNow);
  EXPECT_EQ(of_all(), kNow - 1h);
}

// Both come every quarter of an hour, the configuration ten minutes after the rest.
TEST_F(Horizon, WordThatTheConfigurationNeverOvertakesCountsOnceItHasCome) {
  members_.erase(controller(3));
  Words words;
  for (const auto since : {45min, 30min, 15min}) {
    say(vector_, 2, kNow - since, kNow - since - 10min);
    say(configuration_, 2, kNow - since - 5min - 1ms, kNow);
    (void)of_all(words);
  }
  EXPECT_EQ(of_all(), base::Time{});
  EXPECT_EQ(of_all(words), kNow - 40min);
  say(vector_, 2, kNow, kNow - 60min, 20);
  EXPECT_EQ(of_all(words), kNow - 60min) << "its database was put back";
  members_[controller(2)].since = kNow - 1min;
  EXPECT_EQ(of_all(words), base::Time{}) << "it has joined anew";
}

TEST_F(Horizon, WordOfAFormerLifeDoesNotCount) {
  members_.erase(controller(3));
  members_[controller(2)].since = kNow - 1h;
  say(vector_, 2, kNow - 2h, kNow - 3h, 20);
  EXPECT_EQ(here(), base::Time{});
  say(vector_, 2, kNow - 30min, kNow - 4h, 21);
  EXPECT_EQ(here(), kNow - 30min);
  EXPECT_EQ(word_of(vector_, controller(2), members_[controller(2)])->horizon, kNow - 4h);
}

TEST_F(Horizon, WordFromTheFutureIsTakenForOneOfNow) {
  const Cursor word = not_ahead({.usn = Usn{1}, .time = kNow + 9h, .horizon = kNow + 8h}, kNow);
  EXPECT_EQ(word.time, kNow);
  EXPECT_EQ(word.horizon, kNow);
}

TEST_F(Horizon, ClockThatWasPutRightIsTakenAtItsLaterWord) {
  say(vector_, 2, kNow + 9000h, {}, 0, Usn{7});
  say(vector_, 2, kNow, {}, 0, Usn{8});
  EXPECT_EQ(vector_.cursors().at(life(2)).time, kNow);
  say(vector_, 2, kNow + 1h, {}, 0, Usn{8});
  EXPECT_EQ(vector_.cursors().at(life(2)).time, kNow + 1h);
}

TEST_F(Horizon, OnlyReadersAreTakenFromARequestAndByStepsOfFiveMinutes) {
  UpToDatenessVector asked;
  say(asked, 2, kNow, kNow, 0, Usn{50});
  say(asked, 3, kNow - 1min, kNow - 1min, 0, Usn{60});
  const auto heard = with_words_of_readers(vector_, asked, members_, kNow);
  ASSERT_EQ(heard.cursors().size(), 1U);
  const Cursor& word = heard.cursors().at(life(3));
  EXPECT_EQ(word.usn, Usn{});
  EXPECT_EQ(word.time, kNow - kHorizonsEvery);
  EXPECT_TRUE(UpToDatenessVector{}.covers(heard)) << "it stands for no write";
}

TEST_F(Horizon, SteadyTimeFollowsAClockButNoLeapUnlessSomebodyElseSaysSo) {
  store::MemoryStore store;
  const auto transaction = store.begin();
  EXPECT_EQ(advance_steady_time(*transaction, {}, kNow), kNow);
  EXPECT_EQ(advance_steady_time(*transaction, {}, kNow + kHorizonsEvery), kNow + kHorizonsEvery);
  const base::Time before = kNow + kHorizonsEvery;
  const base::Time ahead = kNow + 90000h;
  EXPECT_EQ(advance_steady_time(*transaction, {}, ahead), before + 2 * kHorizonsEvery);
  EXPECT_EQ(advance_steady_time(*transaction, {}, ahead), before + 2 * kHorizonsEvery)
      << "a restart is no progress";
  EXPECT_EQ(advance_steady_time(*transaction, ahead - 1h, ahead), ahead - 1h);
  EXPECT_EQ(advance_steady_time(*transaction, {}, kNow), kNow);
}

TEST_F(Horizon, OwnHorizonIsKeptAsWritten) {
  store::MemoryStore store;
  const auto transaction = store.begin();
  const NamingContextId context(controller(9).value);
  EXPECT_EQ(own_horizon(*transaction, context), OwnHorizon{});
  const OwnHorizon own{
      .controller = controller(1), .told = kNow - 2h, .found = kNow - 1h, .when = kNow};
  set_own_horizon(*transaction, context, own);
  EXPECT_EQ(own_horizon(*transaction, context), own);
  set_own_horizon(*transaction, context, {});
  EXPECT_EQ(own_horizon(*transaction, context), OwnHorizon{});
}

}  // namespace
}  // namespace ringspan::replicator
