// The forecast of what crosses each site link, beside what crosses it when the engine replicates.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "kcc/names.hpp"
#include "kcc/plan.hpp"
#include "kcc/traffic.hpp"
#include "replicator/simulator/world.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;
using namespace replicator;
using simulator::World;

sites::Forest sample(const std::string& name) {
  std::ifstream file(std::filesystem::path(RINGSPAN_SOURCE_DIR) / "samples" / (name + ".json"));
  std::stringstream text;
  text << file.rdbuf();
  auto forest = sites::read_forest(text.str(), name);
  EXPECT_TRUE(forest.has_value()) << name;
  return forest.value_or(sites::Forest{});
}

/// What the changes take that replicate() makes, as they travel.
constexpr std::uint64_t kChangeBytes = 200;

struct Crossed {
  std::map<sites::SiteLinkId, double> changes;
  std::map<sites::SiteLinkId, std::uint64_t> bytes;
  std::uint64_t all = 0;
  std::uint64_t all_bytes = 0;
};

/// What crossed each link since `from` in the story.
Crossed crossed(const World& world, const kcc::Topology& plan, std::size_t from) {
  std::map<std::pair<std::string, std::string>, std::vector<sites::SiteLinkId>> paths;
  const kcc::Names names(world.forest());
  for (const auto& one : plan.connections)
    paths[{names.controller(one.source), names.controller(one.destination)}] = one.path;
  Crossed sum;
  for (std::size_t at = from; at < world.story().size(); ++at) {
    const auto& pull = world.story()[at];
    if (pull.to.empty()) continue;
    for (const auto& link : paths.at({pull.from, pull.to})) {
      sum.changes[link] += static_cast<double>(pull.counts.objects);
      sum.all += pull.counts.objects;
      sum.bytes[link] += pull.counts.bytes;
      sum.all_bytes += pull.counts.bytes;
    }
  }
  return sum;
}

/// Changes at a steady rate, each at the next controller that may write. The forest's own first
/// objects have arrived before, and the last change has when it is counted.
Crossed replicate(World& world, const kcc::Topology& plan, std::size_t rounds) {
  world.run_for(5min);
  const std::size_t from = world.story().size();
  std::size_t number = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const auto& controller : world.forest().controllers) {
      if (controller.read_only) continue;
      auto dn = sites::Dn::parse(fmt::format("cn=change-{}", number++));
      EXPECT_TRUE(world
                      .write(controller.name, Add{.dn = *std::move(dn),
                                                  .attributes = {{"title", {"engineer"}},
                                                                 {"phone", {"+47 22 00 00 00"}}}})
                      .has_value());
      world.run_for(5s);
    }
  }
  world.run_for(5min);
  EXPECT_EQ(world.divergence(), "");
  return crossed(world, plan, from);
}

void expect_forecast(const std::string& name, std::size_t rounds) {
  const auto forest = sample(name);
  const auto plan = kcc::plan(forest);
  std::size_t writers = 0;
  for (const auto& controller : forest.controllers)
    writers += controller.read_only ? 0 : 1;
  World world(forest, {.seed = 1});
  const Crossed found = replicate(world, plan, rounds);
  const std::uint64_t bytes = kcc::crossing_overhead(forest) + kChangeBytes;
  const double writes = static_cast<double>(writers * rounds);
  const kcc::Names names(forest);
  double all = 0;
  for (const auto& one : kcc::link_traffic(forest, plan)) {
    const double forecast = static_cast<double>(one.planned) * writes / 1000;
    const auto seen = found.changes.find(one.link);
    const double measured = seen == found.changes.end() ? 0 : seen->second;
    all += forecast;
    EXPECT_LE(std::abs(measured - forecast), forecast / 10 + 1)
        << names.link(one.link) << ": forecast " << forecast << ", measured " << measured;
    if (forecast < 10) continue;  // the sizes of a few pages are chance
    const double bytes_forecast = forecast * static_cast<double>(bytes);
    const double bytes_seen = static_cast<double>(found.bytes.at(one.link));
    EXPECT_NEAR(bytes_seen, bytes_forecast, bytes_forecast / 10) << names.link(one.link);
  }
  EXPECT_GE(all, writes);
  EXPECT_NEAR(static_cast<double>(found.all), all, all / 10);
  EXPECT_NEAR(static_cast<double>(found.all_bytes), all * static_cast<double>(bytes),
              all * static_cast<double>(bytes) / 10);
  std::cout << fmt::format(
      "{}: {} changes cross {} links, {} forecast; {} bytes each, {} forecast\n", name, writes,
      found.all, all, found.all_bytes / std::max<std::uint64_t>(1, found.all), bytes);
}

TEST(Traffic, OfThreeSitesIsWhatWasForecast) {
  expect_forecast("three-sites", 20);
}

TEST(Traffic, OfTwoSitesIsWhatWasForecast) {
  expect_forecast("two-sites", 20);
}

TEST(Traffic, OfALargeNetworkIsWhatWasForecast) {
  expect_forecast("geant", 1);
}

}  // namespace
}  // namespace ringspan::tests
