// Which pulls a forced replication orders, on paper: no network, no clock.

#include "replicator/net/sync_run.hpp"

#include <gtest/gtest.h>

namespace ringspan::tests {
namespace {

using namespace replicator;
using namespace replicator::net;
using namespace std::chrono_literals;
using MemberState = SyncRun::MemberState;

template <typename Id>
Id id(std::uint8_t number) {
  base::Guid guid;
  guid.bytes[0] = number;
  return Id(guid);
}

const auto kCorp = id<NamingContextId>(9);
constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

ControllerId who(int number) {
  return id<ControllerId>(static_cast<std::uint8_t>(number));
}

InvocationId writer(int number) {
  return id<InvocationId>(static_cast<std::uint8_t>(100 + number));
}

/// A line of controllers, each of which pulls from its neighbours; each has written up to USN 10.
class Line {
 public:
  explicit Line(int count, bool full = false) : count_(count), run_(members(), ways(), full) {
    for (int i = 1; i <= count_; ++i)
      knows_[who(i)][kCorp].merge(writer(i), {.usn = Usn(10), .time = kNow});
  }

  void hear_all() {
    for (int i = 1; i <= count_; ++i)
      tell(who(i));
  }
  void tell(ControllerId member, configuration::Pauses pauses = {}) {
    run_.tells(member, {.knows = knows_.at(member), .pauses = std::move(pauses), .object = {}});
  }
  void begin(SyncRun::Goal goal = {}) {
    if (goal.writes.empty()) goal.writes = run_.everything();
    run_.begin(std::move(goal));
  }

  /// Does what it orders until nothing is left; the pulls, in their order.
  std::vector<SyncRun::Order> play(ControllerId broken = {}) {
    std::vector<SyncRun::Order> played;
    for (base::Time now = kNow; !run_.ended() && now < kNow + 1h; now += 1s) {
      for (auto orders = run_.next(now); !orders.empty(); orders = run_.next(now)) {
        for (const SyncRun::Order& order : orders) {
          played.push_back(order);
          const bool fails = order.source == broken;
          if (!fails) knows_[order.destination][kCorp].merge(knows_.at(order.source).at(kCorp));
          tell(order.destination);
          run_.pulled(order, {.counts = {.pages = 1}, .error = fails ? "gone" : ""}, now);
        }
      }
    }
    return played;
  }

  SyncRun& run() { return run_; }

 private:
  std::map<ControllerId, std::vector<NamingContextId>> members() const {
    std::map<ControllerId, std::vector<NamingContextId>> all;
    for (int i = 1; i <= count_; ++i)
      all[who(i)] = {kCorp};
    return all;
  }
  std::vector<SyncWay> ways() const {
    std::vector<SyncWay> all;
    for (int i = 1; i < count_; ++i) {
      all.push_back({who(i), who(i + 1), false, {kCorp}});
      all.push_back({who(i + 1), who(i), false, {kCorp}});
    }
    return all;
  }

  int count_;
  std::map<ControllerId, Knowledge> knows_;
  SyncRun run_;
};

TEST(SyncRun, EveryoneHasAllInTheEndAndEveryWayWasForced) {
  Line line(5);
  line.hear_all();
  line.begin();
  line.play();
  EXPECT_TRUE(line.run().ended());
  for (int i = 1; i <= 5; ++i)
    EXPECT_EQ(line.run().state_of(who(i)), MemberState::complete) << i;
  for (const SyncRun::Way& way : line.run().ways())
    EXPECT_GE(way.pulls, 1U);
  // Five writers, four others each: eight neighbours, six two hops away, four three, two four.
  std::vector<std::uint64_t> all;
  for (const auto& [hop, progress] : line.run().hops()) {
    EXPECT_EQ(progress.reached, progress.all) << hop;
    all.push_back(progress.all);
  }
  EXPECT_EQ(all, (std::vector<std::uint64_t>{8, 6, 4, 2}));
}

TEST(SyncRun, ADestinationPullsFromOneAtATime) {
  Line line(3);
  line.hear_all();
  line.begin();
  const auto orders = line.run().next(kNow);
  EXPECT_EQ(orders.size(), 3U);  // the middle one has two sources
  EXPECT_TRUE(line.run().next(kNow).empty());
  EXPECT_FALSE(line.run().ended());
}

TEST(SyncRun, WhoIsSilentIsLeftOutAndWhoIsBehindItLacksNothingThatOthersHave) {
  Line line(4);
  for (const int i : {1, 2, 3})
    line.tell(who(i));
  line.run().is_silent(who(4), "connection refused");
  line.begin();
  for (const SyncRun::Order& order : line.play()) {
    EXPECT_NE(order.source, who(4));
    EXPECT_NE(order.destination, who(4));
  }
  EXPECT_TRUE(line.run().ended());
  EXPECT_EQ(line.run().state_of(who(4)), MemberState::silent);
  EXPECT_EQ(line.run().state_of(who(3)), MemberState::complete);
}

TEST(SyncRun, WhoIsBehindAGapLacksWhatLiesBeyondAndIsTriedThreeTimes) {
  Line line(4);
  line.hear_all();
  line.begin();
  const auto played = line.play(who(2));  // nobody can pull from the second
  EXPECT_TRUE(line.run().ended());
  EXPECT_EQ(line.run().state_of(who(1)), MemberState::lacking);
  EXPECT_EQ(line.run().state_of(who(4)), MemberState::lacking);
  EXPECT_EQ(line.run().lacks(who(4)).at(kCorp), (std::vector<InvocationId>{writer(1), writer(2)}));
  EXPECT_EQ(line.run().state_of(who(2)), MemberState::complete);
  const auto tries = std::count_if(played.begin(), played.end(), [](const auto& order) {
    return order.source == who(2) && order.destination == who(1);
  });
  EXPECT_GE(tries, SyncRun::kAttempts);
  EXPECT_LE(tries, 3 * SyncRun::kAttempts);
}

TEST(SyncRun, APauseHoldsBothWaysAsItSays) {
  const configuration::Pause pause{"admin", kNow};
  Line line(3);
  line.tell(who(1));
  line.tell(who(2));
  line.tell(who(3), {.inbound = pause, .outbound = {}});
  line.begin();
  for (const SyncRun::Order& order : line.play())
    EXPECT_NE(order.destination, who(3));
  EXPECT_TRUE(line.run().ended());
  EXPECT_EQ(line.run().state_of(who(3)), MemberState::paused);
  EXPECT_EQ(line.run().state_of(who(1)), MemberState::complete);  // what the third has goes out
}

TEST(SyncRun, APushGoesOutwardHopByHop) {
  std::vector<SyncWay> ways;
  for (const auto& [destination, source] :
       std::vector<std::pair<int, int>>{{1, 2}, {2, 1}, {2, 3}, {3, 2}, {4, 3}, {3, 4}}) {
    ways.push_back({who(destination), who(source), false, {kCorp}});
  }
  std::vector<std::pair<ControllerId, ControllerId>> leading;
  for (const SyncWay& way : outward(ways, who(2)))
    leading.emplace_back(way.destination, way.source);
  EXPECT_EQ(leading, (std::vector<std::pair<ControllerId, ControllerId>>{
                         {who(1), who(2)}, {who(3), who(2)}, {who(4), who(3)}}));
}

TEST(SyncRun, AStandbyThatIsShorterTakesNoPrimaryWayFromAPush) {
  const auto leading = outward({{who(2), who(1), false, {kCorp}},
                                {who(3), who(2), false, {kCorp}},
                                {who(4), who(3), false, {kCorp}},
                                {who(4), who(1), true, {kCorp}},
                                {who(3), who(4), false, {kCorp}}},
                               who(1));
  std::vector<std::pair<ControllerId, ControllerId>> ways;
  for (const SyncWay& way : leading)
    ways.emplace_back(way.destination, way.source);
  EXPECT_EQ(ways, (std::vector<std::pair<ControllerId, ControllerId>>{
                      {who(2), who(1)}, {who(3), who(2)}, {who(4), who(3)}, {who(4), who(1)}}));
}

TEST(SyncRun, FullIsFullOnceOnEachWay) {
  Line line(3, true);
  line.hear_all();
  line.begin();
  std::map<std::size_t, int> full;
  for (const SyncRun::Order& order : line.play())
    full[order.way] += order.full ? 1 : 0;
  EXPECT_EQ(full, (std::map<std::size_t, int>{{0, 1}, {1, 1}, {2, 1}, {3, 1}}));
}

TEST(SyncRun, AnObjectIsThereWhenItsStampsAreOrLaterOnes) {
  const auto stamps = [](std::uint32_t version) {
    return Stamps{{"title", {version, kNow, writer(1), Usn(10)}}};
  };
  Line line(2);
  line.hear_all();
  line.begin({.writes = {}, .object = stamps(2), .from = who(1), .to = who(2)});
  const auto with = [&](std::optional<Stamps> object) {
    Knowledge all;
    all[kCorp].merge(writer(1), {.usn = Usn(10), .time = kNow});
    all[kCorp].merge(writer(2), {.usn = Usn(10), .time = kNow});
    line.run().tells(who(2), {.knows = all, .pauses = {}, .object = std::move(object)});
    return line.run().object_at(who(2));
  };
  EXPECT_EQ(with(std::nullopt), SyncRun::ObjectState::missing);
  EXPECT_EQ(line.run().state_of(who(2)), MemberState::lacking);
  EXPECT_EQ(with(stamps(1)), SyncRun::ObjectState::older);
  EXPECT_EQ(with(stamps(3)), SyncRun::ObjectState::later);
  EXPECT_EQ(with(stamps(2)), SyncRun::ObjectState::same);
  EXPECT_EQ(line.run().state_of(who(2)), MemberState::complete);
  EXPECT_FALSE(line.run().wanted(who(1)));
}

}  // namespace
}  // namespace ringspan::tests
