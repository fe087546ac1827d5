// A history of chance that fails is written as a scenario. It must be the same history: with the
// same bug planted it fails in the same way, and its world draws the same chance to the end.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "replicator/engine/writer.hpp"
#include "replicator/simulator/swarm.hpp"
#include "tests/negative/scenario_with_bug.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

// Keeps every third title to itself.
class Forgetting : public DecoratedTransaction {
 public:
  using DecoratedTransaction::DecoratedTransaction;
  using DecoratedTransaction::put;
  void put(const Row& row) override {
    Object object = stored_object(row);
    const auto title = object.attributes.find("title");
    if (title != object.attributes.end() && title->second.stamp.usn.value % 3 == 0) {
      title->second.values = {"forgotten by " + std::to_string(highest_usn().value)};
    }
    inner().put(to_row(object));
  }
};

TEST(SwarmHistory, ThatFailsIsASceneThatFailsAlike) {
  const Adjust bug = stored_by<Forgetting>();
  simulator::WorldOptions planted;
  bug(planted);
  std::uint64_t failed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto history = simulator::run_seed(seed, {.make_store = planted.make_store});
    // That each acknowledged write is accounted for is judged by the swarm alone.
    const bool judged_here = history.failure.find("vanished") == std::string::npos;
    if (history.passed() || !judged_here) continue;
    ++failed;
    const auto folder = std::filesystem::path(testing::TempDir());
    const std::string name = "swarm-" + std::to_string(seed);
    std::ofstream(folder / (name + ".json")) << history.forest;
    const auto again = simulator::run_scenario(
        history.scenario, (folder / (name + ".scn")).string(), {.seed = seed, .adjust = bug});
    EXPECT_FALSE(again.passed) << history.scenario;
    EXPECT_NE(again.failure.find(history.failure), std::string::npos)
        << again.failure << "\ninstead of " << history.failure << "\n"
        << history.scenario;
  }
  EXPECT_GT(failed, 10U) << "the bug shows too seldom to say anything";
}

}  // namespace
}  // namespace ringspan::tests
