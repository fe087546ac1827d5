// What a cursor of ours that somebody shows proves (docs/replication.md, R25).

#include "replicator/engine/rollback.hpp"

#include <gtest/gtest.h>

#include "replicator/engine/vector.hpp"
#include "replicator/store/memory_store.hpp"

namespace ringspan::replicator {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart = std::chrono::sys_days(std::chrono::January / 1 / 2024);

base::Guid life(std::uint8_t number) {
  base::Guid guid;
  guid.bytes[0] = number;
  return guid;
}

// A database whose counter moves and that begins marks.
class Disk {
 public:
  Disk() : store_(std::make_unique<store::MemoryStore>()) {}
  explicit Disk(std::unique_ptr<store::MemoryStore> image) : store_(std::move(image)) {}

  Disk image() const { return Disk(store_->copy()); }

  void start(std::uint8_t number, base::Time now) {
    const auto transaction = store_->begin();
    begin_mark(*transaction, life(number), now);
    transaction->commit();
  }

  void write(int count) {
    const auto transaction = store_->begin();
    for (int i = 0; i < count; ++i)
      transaction->next_usn();
    transaction->commit();
  }

  /// What it gives out of itself.
  Cursor cursor(base::Time now) const {
    const auto snapshot = store_->read();
    return {.usn = snapshot->highest_usn(), .time = now, .mark = mark_of(*snapshot)};
  }

  std::optional<Quarantine> shown(const Cursor& cursor, base::Time now) const {
    return proof_in(*store_->read(), cursor, ControllerId{}, now);
  }

  bool mark_is_due(base::Time now) const { return replicator::mark_is_due(*store_->read(), now); }

 private:
  std::unique_ptr<store::MemoryStore> store_;
};

class Rollback : public testing::Test {
 protected:
  void SetUp() override {
    disk_.start(1, kStart);
    disk_.write(10);
  }
  Disk disk_;
};

TEST_F(Rollback, WhatWasGivenOutIsKnownForGood) {
  std::vector<Cursor> given{disk_.cursor(kStart)};
  for (std::uint8_t number = 2; number < 20; ++number) {
    disk_.write(number % 3);
    given.push_back(disk_.cursor(kStart + number * 1h));
    disk_.start(number, kStart + number * 1h);
    given.push_back(disk_.cursor(kStart + number * 1h));
    for (const Cursor& cursor : given)
      EXPECT_FALSE(disk_.shown(cursor, kStart + 100h));
  }
}

TEST_F(Rollback, ANumberThatIsNotReachedYetProvesIt) {
  Disk image = disk_.image();
  disk_.write(5);
  image.start(2, kStart + 1h);
  const auto proof = image.shown(disk_.cursor(kStart + 1min), kStart + 1h);
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->safe, Usn{10});
  EXPECT_EQ(proof->shown, Usn{15});
}

TEST_F(Rollback, SoDoesItsMarkWhenTheCounterHasOvertakenIt) {
  Disk image = disk_.image();
  disk_.write(5);
  image.start(2, kStart + 1h);
  image.write(500);
  const auto proof = image.shown(disk_.cursor(kStart + 1min), kStart + 1h);
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->safe, Usn{10});
}

TEST_F(Rollback, AMarkOfTheLostLifeIsUnknownHoweverManyWereMadeOnEitherSide) {
  for (const int lost : {1, 2, 7}) {
    for (const int since : {1, 2, 7}) {
      Disk former = disk_.image();
      Disk image = disk_.image();
      for (int i = 0; i < lost; ++i) {
        former.start(static_cast<std::uint8_t>(10 + i), kStart + 1h + i * 1min);
        former.write(3);
      }
      const Cursor shown = former.cursor(kStart + 2h);
      for (int i = 0; i < since; ++i) {
        image.start(static_cast<std::uint8_t>(50 + i), kStart + 3h + i * 1min);
        image.write(20);
      }
      const auto proof = image.shown(shown, kStart + 4h);
      ASSERT_TRUE(proof) << lost << " " << since;
      EXPECT_EQ(proof->safe, Usn{10}) << lost << " " << since;
    }
  }
}

TEST_F(Rollback, APartnerThatWentBackItselfProvesNothing) {
  const Cursor old = disk_.cursor(kStart);
  disk_.write(100);
  disk_.start(2, kStart + 1h);
  EXPECT_FALSE(disk_.shown(old, kStart + 2h));
  EXPECT_FALSE(disk_.shown({.usn = Usn{4}}, kStart + 2h)) << "of a program that knew no marks";
}

TEST_F(Rollback, AMarkIsDueAfterTenMinutesInWhichSomethingWasWritten) {
  disk_.start(2, kStart + 1h);
  EXPECT_FALSE(disk_.mark_is_due(kStart + 3h));
  disk_.write(1);
  EXPECT_FALSE(disk_.mark_is_due(kStart + 1h + 9min));
  EXPECT_TRUE(disk_.mark_is_due(kStart + 1h + 10min));
}

TEST_F(Rollback, TwoHistoriesOfOneOriginatorKeepTheOlderAndACutStays) {
  Disk image = disk_.image();
  disk_.write(5);
  const Cursor lost = disk_.cursor(kStart + 1min);
  image.start(2, kStart + 1h);
  image.write(50);
  const Cursor since = image.cursor(kStart + 1h);
  EXPECT_TRUE(forked(lost, since));
  EXPECT_TRUE(forked(since, lost));
  const InvocationId who;
  for (const bool turned : {false, true}) {
    UpToDatenessVector vector;
    vector.merge(who, turned ? since : lost);
    vector.merge(who, turned ? lost : since);
    EXPECT_EQ(vector.cursors().at(who), lost);
    vector.merge(who, {.usn = Usn{10}, .cut = true});
    EXPECT_EQ(vector.cursors().at(who).usn, Usn{10});
    vector.merge(who, since);
    EXPECT_EQ(vector.cursors().at(who).usn, Usn{10});
    EXPECT_TRUE(vector.cursors().at(who).cut);
  }
  const Cursor earlier = image.cursor(kStart + 1h);
  image.write(1);
  EXPECT_FALSE(forked(earlier, image.cursor(kStart + 2h)));
}

TEST_F(Rollback, TwoHistoriesAreToldApartHoweverManyMarksHavePassedSince) {
  Disk image = disk_.image();
  disk_.write(5);
  const Cursor lost = disk_.cursor(kStart + 1min);
  image.start(2, kStart + 1h);
  for (int i = 1; i < 20; ++i) {
    image.write(20);
    image.start(2, kStart + 1h + i * 10min);  // of the same life
    const Cursor since = image.cursor(kStart + 5h);
    EXPECT_TRUE(forked(lost, since)) << i;
    EXPECT_TRUE(forked(since, lost)) << i;
  }
  EXPECT_TRUE(image.shown(lost, kStart + 6h));
}

TEST_F(Rollback, OfOneHistoryNoTwoAreForkedWhateverLivesAndMarksItHad) {
  std::vector<Cursor> given;
  for (int i = 0; i < 40; ++i) {
    given.push_back(disk_.cursor(kStart + i * 1h));
    disk_.write(i % 4);
    given.push_back(disk_.cursor(kStart + i * 1h));
    disk_.start(static_cast<std::uint8_t>(2 + i / 5), kStart + i * 1h);
  }
  for (const Cursor& one : given) {
    for (const Cursor& other : given)
      EXPECT_FALSE(forked(one, other)) << one.mark.ordinal << " " << other.mark.ordinal;
  }
}

}  // namespace
}  // namespace ringspan::replicator
