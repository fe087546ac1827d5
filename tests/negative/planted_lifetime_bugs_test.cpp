// Whoever promises too much of what it holds brings the dead back; the swarm must see it.

#include <gtest/gtest.h>

#include <variant>

#include "replicator/simulator/lifetime_swarm.hpp"
#include "tests/negative/scenario_with_bug.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

void promise_everything(UpToDatenessVector& vector) {
  const UpToDatenessVector said = vector;
  for (const auto& [originator, cursor] : said.cursors()) {
    Cursor more = cursor;
    more.horizon = cursor.time + std::chrono::days(1000);
    vector.merge(originator, more);
  }
}

TEST(PlantedBug, HorizonsThatPromiseTooMuch) {
  expect_caught("tombstone_waits_for_one_that_does_not_listen.scn", sent_through([](Page& page) {
                  if (page.vector) promise_everything(*page.vector);
                }),
                "run 62d", "diverge");
}

TEST(PlantedBug, HorizonsThatPromiseTooMuchInTheSwarm) {
  simulator::SwarmOptions options;
  options.tamper = [](ControllerId, ControllerId, std::variant<GetChanges, Page>& message) {
    if (auto* request = std::get_if<GetChanges>(&message)) promise_everything(request->known);
    auto* page = std::get_if<Page>(&message);
    if (page != nullptr && page->vector) promise_everything(*page->vector);
  };
  std::uint64_t seed = 1;
  while (seed <= 100 && simulator::run_lifetime_seed(seed, options).passed())
    ++seed;
  EXPECT_LE(seed, 100U) << "no history of 100 showed it";
}

}  // namespace
}  // namespace ringspan::tests
