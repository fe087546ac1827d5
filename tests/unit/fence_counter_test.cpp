// The counter of identifiers at the fence (docs/roles.md, F9): what an owner asks of it, what it is
// given, and that nobody is given the same again.

#include <gtest/gtest.h>

#include <vector>

#include "base/rng.hpp"
#include "replicator/engine/allotment.hpp"
#include "replicator/partners/lease_keeper.hpp"
#include "replicator/simulator/simulated_fence.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;
using partners::LeaseKeeper;
using simulator::Arbiter;
using simulator::WayToFence;

constexpr base::Time kNow{std::chrono::days(19'000)};
const RoleId kRid{MasterRole::rid, NamingContextId(base::Guid::from_name({}, "corp"))};

// ── At the fence ─────────────────────────────────────────────────────────────────────────────────

/// One controller that may own the role.
struct Member {
  Member(Arbiter& arbiter, base::Rng& rng, const char* name)
      : me(base::Guid::from_name({}, name)), way(arbiter, me, rng), keeper(way, me, {}) {}

  Leases claims(base::Duration now, Revision known) {
    const partners::Stake stake{
        .role = kRid, .is_owner = true, .revision = known, .caught_up = true};
    const auto holds = [](const RoleId& /*role*/, const Handover& /*given*/) { return true; };
    for (const TakeRole& take : keeper.round({stake}, holds, now))
      keeper.wrote(take, Written{}, now);
    return keeper.hold().at(now);
  }

  InvocationId me;
  WayToFence way;
  LeaseKeeper keeper;
};

class CounterTest : public testing::Test {
 protected:
  static Draw begun_at(std::uint64_t count, std::uint64_t begins_at) {
    return {.role = kRid, .count = count, .begins_at = begins_at};
  }
  static Draw not_to_begin(std::uint64_t count, std::uint64_t at_least = 0, Revision since = {}) {
    return {.role = kRid,
            .count = count,
            .at_least = at_least,
            .since = since,
            .begins_at = fail(Errc::unavailable, "it waits for oslo-2")};
  }

  Arbiter arbiter_;
  base::Rng rng_{1};
  Member a_{arbiter_, rng_, "a"};
  Member b_{arbiter_, rng_, "b"};
};

TEST_F(CounterTest, IsBegunByWhoIsSureAndGoesOnWithWhoeverHasTheRole) {
  const Leases first = a_.claims(arbiter_.now, {});
  const auto one = a_.keeper.draw(begun_at(500, 3'000), first, arbiter_.now);
  const auto two = a_.keeper.draw(not_to_begin(500), first, arbiter_.now);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(*one, (Drawn{3'000, 500}));
  EXPECT_EQ(*two, (Drawn{3'500, 500}));

  arbiter_.now += 1min;
  const Leases second = b_.claims(arbiter_.now, first.at(kRid));
  ASSERT_TRUE(second.contains(kRid));
  const auto three = b_.keeper.draw(not_to_begin(10'000), second, arbiter_.now);
  ASSERT_TRUE(three);
  EXPECT_EQ(three->first, 4'000U) << "though it knows of nothing that was set aside";
}

TEST_F(CounterTest, IsNotBegunByWhoIsNotSure) {
  const Leases held = a_.claims(arbiter_.now, {});
  const auto drawn = a_.keeper.draw(not_to_begin(500, 9'000), held, arbiter_.now);
  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().message, "it waits for oslo-2");
  EXPECT_TRUE(arbiter_.counters.empty());
}

TEST_F(CounterTest, NeverGivesWhatTheOwnerKnowsToBeSetAside) {
  const Leases held = a_.claims(arbiter_.now, {});
  ASSERT_TRUE(a_.keeper.draw(begun_at(500, 1'000), held, arbiter_.now));
  const auto drawn = a_.keeper.draw(not_to_begin(500, 9'000), held, arbiter_.now);
  ASSERT_TRUE(drawn);
  EXPECT_EQ(drawn->first, 9'000U);
}

TEST_F(CounterTest, OfBeforeTheForestWasWithoutAFenceDoesNotCount) {
  const Leases held = a_.claims(arbiter_.now, {});
  ASSERT_TRUE(a_.keeper.draw(begun_at(500, 5'000), held, arbiter_.now));
  const Revision since = held.at(kRid);
  EXPECT_FALSE(a_.keeper.draw(not_to_begin(500, 7'000, since), held, arbiter_.now));
  arbiter_.now += 1min;
  const Leases later = b_.claims(arbiter_.now, since);
  Draw sure = begun_at(500, 2'000);
  sure.since = since;
  const auto drawn = b_.keeper.draw(sure, later, arbiter_.now);
  ASSERT_TRUE(drawn);
  EXPECT_EQ(drawn->first, 5'500U) << "begun anew, but not before where it stood";
  EXPECT_TRUE(b_.keeper.draw(not_to_begin(500, 0, since), later, arbiter_.now));
}

TEST_F(CounterTest, GivesNothingToWhoWasReplacedWhateverItsOwnClockSays) {
  const Leases first = a_.claims(arbiter_.now, {});
  ASSERT_TRUE(a_.keeper.draw(begun_at(500, 1'000), first, arbiter_.now));
  const base::Duration stands_still = arbiter_.now;
  arbiter_.now += 1min;
  ASSERT_TRUE(b_.claims(arbiter_.now, first.at(kRid)).contains(kRid));
  EXPECT_FALSE(a_.keeper.draw(not_to_begin(500), first, arbiter_.now)) << "its lease has ended";
  EXPECT_FALSE(a_.keeper.draw(not_to_begin(500), first, stands_still)) << "at the fence, too";
  EXPECT_EQ(arbiter_.counters.at(kRid).next, 1'500U);
}

TEST_F(CounterTest, GivesWhatWasInALostAnswerToNobody) {
  const Leases held = a_.claims(arbiter_.now, {});
  ASSERT_TRUE(a_.keeper.draw(begun_at(500, 1'000), held, arbiter_.now));
  std::uint64_t last = 1'499;
  int lost = 0;
  a_.way.lost_of_ten = 5;
  for (int i = 0; i < 200; ++i) {
    const auto drawn = a_.keeper.draw(not_to_begin(500), held, arbiter_.now);
    if (!drawn) {
      ++lost;
      continue;
    }
    EXPECT_GT(drawn->first, last);
    last = drawn->first + drawn->count - 1;
  }
  EXPECT_GT(lost, 0);
  EXPECT_GT(last, 1'499U);
}

// ── In the engine ────────────────────────────────────────────────────────────────────────────────

sites::Forest forest_of_two() {
  auto forest = sites::read_forest(
      R"({"name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
          "sites": [{"name": "oslo"}],
          "controllers": [{"name": "oslo-1", "site": "oslo"}, {"name": "oslo-2", "site": "oslo"}]})",
      "test.json");
  EXPECT_TRUE(forest.has_value());
  return forest.value_or(sites::Forest{});
}

/// oslo-1, owner of rid by the fence under revision 5.
class PoolBehindAFenceTest : public testing::Test, protected tests::OneReplica {
 protected:
  PoolBehindAFenceTest() : OneReplica(forest_of_two(), kNow, "oslo-1") {
    keeps({.identifiers = true});
    EXPECT_TRUE(once(TakeIdentifiers{.domain = domain(), .count = 3, .request = "a"}).result);
    owns(5);
  }

  NamingContextId domain() const { return forest_.root_domain; }
  RoleId rid() const { return rid_of(domain()); }

  void keeps(const Settings& settings) { owner_.emplace(store_, guids_, identity_, settings); }
  Effects step(Event event) { return owner_->step(std::vector{std::move(event)}, now_); }
  WriteAnswer once(Write write, Leases passes = {}, std::optional<Drawn> drawn = {}) {
    return step(
               WriteAsked{
                   .id = 1, .write = std::move(write), .passes = std::move(passes), .drawn = drawn})
        .answers.front();
  }
  void owns(std::uint64_t revision) {
    step(FenceSaid{Leases{{rid(), Revision(revision)}}});
    const auto taken = once(TakeRole{.role = rid(), .revision = Revision(revision)}).result;
    EXPECT_TRUE(taken) << (taken ? "" : taken.error().message);
  }
  GrantPool grant(const char* taker, std::uint64_t ordinal = 1) const {
    return {.domain = domain(),
            .taker = InvocationId(base::Guid::from_name({}, taker)),
            .controller = forest_.controllers.back().id,
            .ordinal = ordinal};
  }
  Taker here() {
    return find_taker(*store_.read(), domain(), identity_.invocation).value_or(Taker{});
  }
  std::vector<Ownership> history() { return rid_history(*store_.read(), identity_, domain()); }

  std::optional<Engine> owner_;
};

TEST_F(PoolBehindAFenceTest, IsOfTheNumbersThatTheFenceGave) {
  const std::uint64_t end = next_unallotted(*store_.read(), domain());
  const WriteAnswer first = once(grant("b"));
  EXPECT_FALSE(first.result);
  ASSERT_TRUE(first.draw);
  EXPECT_EQ(first.needs, (Leases{{rid(), Revision(5)}}));
  EXPECT_EQ(first.draw->count, kPoolSize);
  EXPECT_EQ(first.draw->at_least, end);
  EXPECT_EQ(next_unallotted(*store_.read(), domain()), end) << "nothing was written";

  const WriteAnswer second = once(grant("b"), first.needs, Drawn{70'000, kPoolSize});
  ASSERT_TRUE(second.result) << second.result.error().message;
  EXPECT_TRUE(second.under.empty()) << "it holds though the lease may have ended since";
  const auto pool =
      find_pool(*store_.read(), domain(),
                {.taker = grant("b").taker, .ordinal = 1, .epoch = history().back().epoch});
  ASSERT_TRUE(pool);
  EXPECT_EQ(pool->numbers, (NumberRange{70'000, 70'499}));
  EXPECT_EQ(pool->key.epoch.revision, Revision(5));
  EXPECT_EQ(last_counted(*store_.read(), domain()), Revision(5));
}

TEST_F(PoolBehindAFenceTest, StandsForWhoAsksAgainAlsoUnderALaterOwnership) {
  const WriteAnswer first = once(grant("b"));
  const auto written = once(grant("b"), first.needs, Drawn{70'000, kPoolSize}).result;
  ASSERT_TRUE(written);
  EXPECT_EQ(once(grant("b")).result, written);
  EXPECT_EQ(once(grant("b"), first.needs, Drawn{80'000, kPoolSize}).result, written)
      << "two that asked at once";
  owns(9);
  EXPECT_EQ(once(grant("b")).result, written);
  EXPECT_TRUE(once(grant("b", 2)).draw) << "the next one is another";
}

TEST_F(PoolBehindAFenceTest, IsTakenInOnce) {
  const TakeIdentifiers take{.domain = domain(), .count = 2'000, .request = "b"};
  const WriteAnswer first = once(take);
  ASSERT_TRUE(first.draw);
  const std::uint64_t before = here().pools.count();
  EXPECT_EQ(first.draw->count % kPoolSize, 0U);
  EXPECT_GE(before + first.draw->count, take.count);
  ASSERT_TRUE(once(take, first.needs, Drawn{70'000, first.draw->count}).result);
  const std::uint64_t left = before + first.draw->count - take.count;
  EXPECT_EQ(here().pools.count(), left);
  ASSERT_TRUE(once(TakeIdentifiers{.domain = domain(), .count = 1, .request = "c"}).result);
  EXPECT_EQ(here().pools.count(), left - 1);
  EXPECT_EQ(here().pools.epoch.revision, Revision(5));
}

TEST_F(PoolBehindAFenceTest, OfTheOwnerIsWishedOfItselfWhichMayBeginTheCounter) {
  const Effects effects = owner_->step({}, now_ + 1min);
  ASSERT_FALSE(effects.pool_wishes.empty()) << "the counter is begun though there is enough";
  EXPECT_EQ(effects.pool_wishes.front().owner, identity_.controller);
  const WriteAnswer first = once(grant("b"));
  ASSERT_TRUE(first.draw);
  ASSERT_TRUE(first.draw->begins_at) << "it was settled when the fence came";
  EXPECT_EQ(*first.draw->begins_at, first.draw->at_least);
}

TEST_F(PoolBehindAFenceTest, MayNotBeginTheCounterBeforeAllKnowWhoseOwnerChangedHandsThere) {
  owns(9);  // somebody may have had it between
  const WriteAnswer first = once(grant("b"));
  ASSERT_TRUE(first.draw);
  ASSERT_FALSE(first.draw->begins_at);
  step(WritersChanged{.writers = {{domain(), {identity_.controller}}}});
  const WriteAnswer sure = once(grant("b"));
  ASSERT_TRUE(sure.draw);
  EXPECT_TRUE(sure.draw->begins_at) << "there is nobody else";
}

TEST_F(PoolBehindAFenceTest, ComesToNothingWhenTheLeaseHasEnded) {
  const WriteAnswer first = once(grant("b"));
  step(FenceSaid{Leases{}});
  const auto late = once(grant("b"), first.needs, Drawn{70'000, kPoolSize}).result;
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("no lease of the fence"), std::string::npos);
}

TEST_F(PoolBehindAFenceTest, AfterTheFenceIsOfAnOwnershipThatAllMustKnow) {
  step(FenceSaid{std::nullopt});
  owner_->step({}, now_ + 1min);
  const auto all = history();
  EXPECT_EQ(all.back().gained, Gained::seize);
  EXPECT_EQ(all.back().epoch.revision, Revision(5));
  EXPECT_FALSE(was_gained_at_fence(all));
  EXPECT_EQ(last_without_fence(all), Revision(5)) << "what it counted before is old";
  EXPECT_FALSE(is_settled(*store_.read(), identity_, all.back()));
}

}  // namespace
}  // namespace ringspan::replicator
