// Random histories: RINGSPAN_SEEDS of them (1,000 unless said), from RINGSPAN_FIRST_SEED (1) on.
// A seed that fails prints itself, what it stands for and the last of its story; run alone
// (RINGSPAN_FIRST_SEED=7 RINGSPAN_SEEDS=1), the whole of it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <fmt/format.h>

#include "replicator/simulator/configuration_swarm.hpp"
#include "replicator/simulator/fence_swarm.hpp"
#include "replicator/simulator/identifier_swarm.hpp"
#include "replicator/simulator/lifetime_swarm.hpp"
#include "replicator/simulator/survival_swarm.hpp"
#include "replicator/simulator/swarm.hpp"
#include "replicator/simulator/turmoil_swarm.hpp"

namespace ringspan::tests {
namespace {

using replicator::simulator::run_configuration_seed;
using replicator::simulator::run_fence_seed;
using replicator::simulator::run_identifier_seed;
using replicator::simulator::run_lifetime_seed;
using replicator::simulator::run_seed;
using replicator::simulator::run_survival_seed;
using replicator::simulator::run_turmoil_seed;
using replicator::simulator::SwarmResult;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string spoken(const SwarmResult& result) {
  std::string text = fmt::format("seed {}: {}\n  {}\n", result.seed, result.failure, result.drawn);
  const std::size_t most = from_environment("RINGSPAN_SEEDS", 1000) == 1 ? result.story.size() : 30;
  const std::size_t from = result.story.size() - std::min(result.story.size(), most);
  for (std::size_t i = from; i < result.story.size(); ++i)
    text += "  " + result.story[i] + "\n";
  return text;
}

TEST(Swarm, EveryHistoryEndsInOneStateAndLosesNoAcknowledgedWrite) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  const std::uint64_t seeds = from_environment("RINGSPAN_SEEDS", 1000);
  std::uint64_t writes = 0;
  std::uint64_t conflicts = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const SwarmResult result = run_seed(seed, {});
    writes += result.writes;
    conflicts += result.conflicts;
    ASSERT_TRUE(result.passed()) << spoken(result);
  }
  std::cout << fmt::format("{} seeds, {} writes acknowledged, {} conflicts in the journals\n",
                           seeds, writes, conflicts);
  EXPECT_GT(writes, seeds) << "histories without writes show nothing";
  EXPECT_GT(conflicts, seeds / 10) << "histories without conflicts show little";
}

TEST(Swarm, WhoeverIsAMemberHearsOfEverythingHoweverTheDefinitionChanges) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  const std::uint64_t seeds = from_environment("RINGSPAN_SEEDS", 1000);
  std::uint64_t writes = 0;
  std::uint64_t edits = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const SwarmResult result = run_configuration_seed(seed, {});
    writes += result.writes;
    edits += result.edits;
    ASSERT_TRUE(result.passed()) << spoken(result);
  }
  std::cout << fmt::format("{} seeds, {} edits of the definition, {} writes acknowledged\n", seeds,
                           edits, writes);
  EXPECT_GT(edits, seeds * 3) << "histories without edits show nothing";
  EXPECT_GT(writes, seeds * 3);
}

TEST(Swarm, WhatEverybodyHasForgottenNeverReturns) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  // A quarter: each lives through weeks, where the others live through minutes.
  const std::uint64_t seeds =
      std::max<std::uint64_t>(from_environment("RINGSPAN_SEEDS", 1000) / 4, 1);
  std::uint64_t writes = 0;
  std::uint64_t forgotten = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const SwarmResult result = run_lifetime_seed(seed, {});
    writes += result.writes;
    forgotten += result.edits;
    ASSERT_TRUE(result.passed()) << spoken(result);
  }
  std::cout << fmt::format("{} seeds, {} writes acknowledged, {} objects forgotten\n", seeds,
                           writes, forgotten);
  EXPECT_GT(forgotten, seeds) << "histories in which nothing is forgotten show nothing";
}

TEST(Swarm, FaultsThatLeaveAWayAreSurvivedWhileTheyLast) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  // A quarter: each lives through hours, where the others live through minutes.
  const std::uint64_t seeds =
      std::max<std::uint64_t>(from_environment("RINGSPAN_SEEDS", 1000) / 4, 1);
  std::uint64_t writes = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const SwarmResult result = run_survival_seed(seed, {});
    writes += result.writes;
    ASSERT_TRUE(result.passed()) << spoken(result);
  }
  std::cout << fmt::format("{} seeds, {} writes heard by all\n", seeds, writes);
  EXPECT_GT(writes, seeds);
}

TEST(Swarm, NoIdentifierIsIssuedTwiceWhoeverHandsThemOut) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  const std::uint64_t seeds = from_environment("RINGSPAN_SEEDS", 1000);
  std::uint64_t issued = 0;
  std::uint64_t changes = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const SwarmResult result = run_identifier_seed(seed, {});
    issued += result.writes;
    changes += result.edits;
    ASSERT_TRUE(result.passed()) << spoken(result);
  }
  std::cout << fmt::format("{} seeds, {} identifiers issued, {} changes of ownership\n", seeds,
                           issued, changes);
  EXPECT_GT(issued, seeds * 1000);
  EXPECT_GT(changes, seeds) << "histories without another owner show nothing";
}

TEST(Swarm, NeverTwoOwnersBehindAFenceAndNoIdentifierTwice) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  const std::uint64_t seeds = from_environment("RINGSPAN_SEEDS", 1000);
  std::uint64_t issued = 0;
  std::uint64_t changes = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const SwarmResult result = run_fence_seed(seed, {});
    issued += result.writes;
    changes += result.edits;
    ASSERT_TRUE(result.passed()) << spoken(result);
  }
  std::cout << fmt::format("{} seeds, {} identifiers issued, {} changes of ownership\n", seeds,
                           issued, changes);
  EXPECT_GT(issued, seeds * 1000);
  EXPECT_GT(changes, seeds * 10) << "each role has one from the start, others show more";
}

TEST(Swarm, AllFaultsTogetherLoseNothingAndBringNothingDeadBack) {
  const std::uint64_t first = from_environment("RINGSPAN_FIRST_SEED", 1);
  // A tenth: each lives through most of a day, with all that costs time.
  const std::uint64_t seeds =
      std::max<std::uint64_t>(from_environment("RINGSPAN_SEEDS", 1000) / 10, 1);
  std::uint64_t writes = 0;
  std::uint64_t changes = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const SwarmResult result = run_turmoil_seed(seed, {});
    writes += result.writes;
    changes += result.edits;
    ASSERT_TRUE(result.passed()) << spoken(result);
  }
  std::cout << fmt::format(
      "{} seeds, {} writes acknowledged, {} changes of members, roles and "
      "definition\n",
      seeds, writes, changes);
  EXPECT_GT(writes, seeds * 5);
  EXPECT_GE(changes, seeds) << "histories in which nobody comes or goes show little";
}

TEST(Swarm, OneSeedIsOneHistory) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const SwarmResult first = run_seed(seed, {});
    const SwarmResult again = run_seed(seed, {});
    EXPECT_EQ(first.story, again.story) << "seed " << seed;
    EXPECT_EQ(first.closing_draw, again.closing_draw) << "seed " << seed;
  }
}

}  // namespace
}  // namespace ringspan::tests
