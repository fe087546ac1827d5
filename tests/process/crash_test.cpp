// Power cuts under load: six real controllers take writes without a pause while one after the other
// is killed. RINGSPAN_KILL_ROUNDS says how often; RINGSPAN_FIRST_SEED draws other moments.

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "three_sites.hpp"
#include "writing_person.hpp"

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;

constexpr int kObjects = 20;                   // of each writer
constexpr std::size_t kMostBetweenKills = 60;  // acknowledged writes
constexpr int kAllAtOnce = 10;                 // every so many rounds

class Crash : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    ASSERT_TRUE(eventually([this] { return forest_.all_take_writes(); }));
    for (const std::string& name : forest_.names()) {
      writers_[name] = std::make_unique<WritingPerson>(forest_.at(name).data(), name, counts_);
    }
  }

  /// Until so many more writes were acknowledged, wherever.
  bool more_writes(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = acknowledged_ + count;
    return changed_.wait_for(lock, kPatience, [&] { return acknowledged_ >= wanted; });
  }

  ThreeSites forest_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t acknowledged_ = 0;
  const std::function<void()> counts_ = [this] {
    {
      const std::lock_guard lock(mutex_);
      ++acknowledged_;
    }
    changed_.notify_all();
  };
  std::map<std::string, std::unique_ptr<WritingPerson>> writers_;
};

TEST_F(Crash, LosesNothingThatWasAcknowledged) {
  std::mt19937 random(static_cast<unsigned>(from_environment("RINGSPAN_FIRST_SEED", 1)));
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  const int rounds = from_environment("RINGSPAN_KILL_ROUNDS", 5);
  for (int round = 1; round <= rounds; ++round) {
    std::vector<std::string> killed{forest_.names()[below(forest_.names().size())]};
    if (round % kAllAtOnce == 0) killed = forest_.names();
    ASSERT_TRUE(more_writes(1 + below(kMostBetweenKills))) << "round " << round;
    for (const std::string& name : killed)
      forest_.at(name).kill_hard();
    for (const std::string& name : killed) {
      const auto before = writers_.at(name)->acknowledged();
      forest_.at(name).serve();
      ASSERT_EQ(missing_of(forest_.at(name), before), "")
          << name << " lost writes, round " << round;
    }
  }

  std::map<std::string, std::uint64_t> acknowledged;
  for (const auto& [name, writer] : writers_) {
    writer->stop();
    acknowledged.merge(writer->acknowledged());
    EXPECT_TRUE(writer->refused().empty()) << name << ": " << writer->refused().front();
  }
  ASSERT_GE(acknowledged.size(), forest_.names().size());
  EXPECT_TRUE(eventually([this] { return forest_.all_equal(); })) << "they do not become equal";
  for (const std::string& name : forest_.names())
    EXPECT_EQ(missing_of(forest_.at(name), acknowledged), "") << name;
}

}  // namespace
}  // namespace ringspan::tests
