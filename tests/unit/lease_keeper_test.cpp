// LeaseKeeper (docs/roles.md, F1 to F3, F7) against a fence in virtual time: whatever is lost, late
// or frozen, no two controllers hold a role at one moment, and one holds it again when it is calm.

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "replicator/partners/lease_keeper.hpp"
#include "replicator/simulator/simulated_fence.hpp"

namespace ringspan::replicator::partners {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Errc;
using base::fail;
using simulator::Arbiter;
using simulator::WayToFence;

const RoleId kRole{MasterRole::schema, NamingContextId(base::Guid::from_name({}, "schema"))};

/// Some controllers that all may own the role; what one writes the others know a moment later.
class Controllers {
 public:
  explicit Controllers(std::uint64_t seed, int count = 3) : rng_(seed) {
    for (int i = 0; i < count; ++i) {
      const InvocationId me(base::Guid::from_name({}, "c" + std::to_string(i)));
      auto& one = all_.emplace_back(std::make_unique<One>(arbiter_, me, rng_, 100ms * i));
      one->index = i;
    }
    owner_ = 0;
  }

  /// Everybody does what is due at this moment.
  void step(Duration by) {
    arbiter_.now += by;
    arbiter_.expire();
    for (auto& one : all_) {
      if (one->frozen_until > arbiter_.now || one->look_at > arbiter_.now) continue;
      one->look_at = arbiter_.now + 1s;
      const Stake stake{.role = kRole,
                        .is_owner = owner_ == one->index,
                        .revision = revision_,
                        .caught_up = true};
      const std::vector<Stake> stakes(one->may_own ? 1 : 0, stake);
      for (const TakeRole& take : one->keeper.round(stakes, holds_all, arbiter_.now)) {
        const bool late = take.revision <= revision_;
        if (!late) {
          owner_ = one->index;
          revision_ = take.revision;
        }
        one->keeper.wrote(take,
                          late ? base::Result<Written>(fail(Errc::refused, "late")) : Written{},
                          arbiter_.now);
      }
    }
  }

  /// Who acts at this moment.
  std::vector<int> holders() const {
    std::vector<int> found;
    for (const auto& one : all_) {
      if (one->keeper.hold().at(arbiter_.now).contains(kRole)) found.push_back(one->index);
    }
    return found;
  }

  LeaseKeeper& keeper(int i) { return all_[static_cast<std::size_t>(i)]->keeper; }
  WayToFence& way(int i) { return all_[static_cast<std::size_t>(i)]->way; }
  InvocationId invocation(int i) { return all_[static_cast<std::size_t>(i)]->me; }
  void freeze(int i, Duration lasts) {
    all_[static_cast<std::size_t>(i)]->frozen_until = arbiter_.now + lasts;
  }
  void may_own(int i, bool may) { all_[static_cast<std::size_t>(i)]->may_own = may; }
  void run(Duration lasts) {
    for (const Duration end = arbiter_.now + lasts; arbiter_.now < end;)
      step(100ms);
  }
  Duration now() const { return arbiter_.now; }
  base::Rng& rng() { return rng_; }
  int count() const { return static_cast<int>(all_.size()); }
  Revision revision() const { return revision_; }

 private:
  struct One {
    One(Arbiter& arbiter, InvocationId id, base::Rng& rng, Duration turn)
        : me(id), way(arbiter, id, rng), keeper(way, id, turn) {}
    int index = 0;
    InvocationId me;
    WayToFence way;
    LeaseKeeper keeper;
    Duration look_at{};
    Duration frozen_until{};
    bool may_own = true;
  };
  static bool holds_all(const RoleId& /*role*/, const Handover& /*handover*/) { return true; }

  Arbiter arbiter_;
  base::Rng rng_;
  std::vector<std::unique_ptr<One>> all_;
  int owner_ = 0;
  Revision revision_;
};

TEST(LeaseKeeperTest, TheOwnerByTheRecordsComesFirst) {
  Controllers all(1);
  all.run(2s);
  EXPECT_EQ(all.holders(), std::vector{0});
  EXPECT_EQ(all.revision(), Revision(1));
  all.run(60s);
  EXPECT_EQ(all.holders(), std::vector{0});
  EXPECT_EQ(all.revision(), Revision(1)) << "it keeps its lease";
}

TEST(LeaseKeeperTest, ALostOwnerIsReplacedWhenItsLeaseIsOver) {
  Controllers all(1);
  all.run(2s);
  all.freeze(0, 1h);
  all.run(LeaseKeeper::kLease + 3s);
  const auto now = all.holders();
  ASSERT_EQ(now.size(), 1U);
  EXPECT_NE(now.front(), 0);
  EXPECT_GT(all.revision(), Revision(1));
}

TEST(LeaseKeeperTest, AnOwnerThatCannotAskActsNoMoreBeforeAnotherDoes) {
  Controllers all(1);
  all.run(2s);
  all.way(0).lost_of_ten = 10;
  const Duration cut = all.now();
  while (!all.holders().empty())
    all.step(100ms);
  EXPECT_LE(all.now() - cut, LeaseKeeper::kLease - LeaseKeeper::kMargin);
  all.run(LeaseKeeper::kLease);
  ASSERT_EQ(all.holders().size(), 1U);
  EXPECT_NE(all.holders().front(), 0);
  all.way(0).lost_of_ten = 0;
  all.run(5s);
  EXPECT_EQ(all.holders().size(), 1U);
}

TEST(LeaseKeeperTest, WhoWasNotTheOwnerBeforeTheFenceWaitsForTheOwner) {
  Controllers all(1);
  all.freeze(0, 1h);
  all.run(5min);
  EXPECT_TRUE(all.holders().empty());
  all.keeper(1).want({.role = kRole, .revision = {}, .who = "ann", .why = "lost", .request = "r"});
  all.run(3s);
  EXPECT_EQ(all.holders(), std::vector{1});
}

TEST(LeaseKeeperTest, WhatIsPledgedNobodyElseClaims) {
  Controllers all(1);
  all.run(2s);
  const Revision before = all.revision();
  all.keeper(0).let_go(kRole);
  EXPECT_TRUE(all.holders().empty()) << "first here, then at the fence";
  ASSERT_TRUE(all.keeper(0).give_up(
      kRole, before, {.to = all.invocation(2), .who = "ann", .why = {}, .request = "r"}));
  all.freeze(2, 5s);
  all.run(4s);
  EXPECT_TRUE(all.holders().empty());
  all.run(4s);
  EXPECT_EQ(all.holders(), std::vector{2});
  EXPECT_GT(all.revision(), before);
}

TEST(LeaseKeeperTest, WhoMayOwnARoleNoMoreLeavesItToOthersAtOnce) {
  Controllers all(1);
  all.run(2s);
  all.may_own(0, false);
  all.run(4s);
  ASSERT_EQ(all.holders().size(), 1U);
  EXPECT_NE(all.holders().front(), 0);
}

TEST(LeaseKeeperTest, ARoleIsNotConfirmedOnceItHasAnotherOwner) {
  Controllers all(1);
  all.run(2s);
  const Leases held{{kRole, all.revision()}};
  EXPECT_TRUE(all.keeper(0).confirm(held, all.now()));
  all.freeze(0, 1h);
  all.run(20s);
  EXPECT_FALSE(all.keeper(0).confirm(held, all.now() - 20s)) << "even if its own clock stood still";
}

TEST(LeaseKeeperTest, NeverTwoHoldARoleWhateverIsLostOrFrozen) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Controllers all(seed, 2 + static_cast<int>(seed % 4));
    int replaced = 0;
    for (int phase = 0; phase < 30; ++phase) {
      const int whom = static_cast<int>(all.rng().below(static_cast<std::uint64_t>(all.count())));
      all.way(whom).lost_of_ten = all.rng().below(11);
      if (all.rng().chance(1, 3)) all.freeze(whom, 1s * all.rng().below(40));
      const Revision before = all.revision();
      for (std::uint64_t i = all.rng().below(200); i > 0; --i) {
        all.step(100ms);
        ASSERT_LE(all.holders().size(), 1U) << "seed " << seed << " at " << all.now().count();
      }
      replaced += before != all.revision() ? 1 : 0;
    }
    for (int i = 0; i < all.count(); ++i)
      all.way(i).lost_of_ten = 0;
    all.run(80s);
    EXPECT_EQ(all.holders().size(), 1U) << "seed " << seed;
    EXPECT_GT(replaced, 0) << "seed " << seed;
  }
}

}  // namespace
}  // namespace ringspan::replicator::partners
