// A thousand controllers over the planned topology: what one change costs, and where it goes.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "kcc/names.hpp"
#include "kcc/plan.hpp"
#include "replicator/simulator/world.hpp"
#include "replicator/wire/wire.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;
using namespace replicator;
using simulator::World;

constexpr std::size_t kInSite = 5;

/// Sites of five controllers; each site hangs on one of eight before it and is joined to the next
/// by a dearer line, so that there is a second way to everywhere.
sites::Forest forest_of(std::size_t controllers) {
  const std::size_t count = controllers / kInSite;
  std::string sites;
  std::string links;
  std::string members;
  for (std::size_t site = 0; site < count; ++site) {
    sites += fmt::format(R"({}{{"name": "s{}"}})", site == 0 ? "" : ", ", site);
    for (std::size_t i = 0; i < kInSite; ++i) {
      members += fmt::format(R"({}{{"name": "s{}-{}", "site": "s{}"}})",
                             members.empty() ? "" : ", ", site, i, site);
    }
    if (site == 0) continue;
    links += fmt::format(R"({}{{"sites": ["s{}", "s{}"], "cost": 100}})", links.empty() ? "" : ", ",
                         (site - 1) / 8, site);
    if ((site - 1) / 8 == site - 1) continue;
    links += fmt::format(R"(, {{"sites": ["s{}", "s{}"], "cost": 300}})", site - 1, site);
  }
  auto forest = sites::read_forest(
      fmt::format(R"({{"name": "large", "domains": [{{"dn": "dc=corp,dc=example"}}],
 "sites": [{}], "links": [{}], "controllers": [{}]}})",
                  sites, links, members),
      "large");
  EXPECT_TRUE(forest.has_value()) << to_string(forest.error().front());
  return forest.value_or(sites::Forest{});
}

struct Cost {
  std::uint64_t crossings = 0;  ///< Of the object.
  std::uint64_t bytes = 0;      ///< Of the pages that carried it, but for their vectors.
  std::uint64_t vectors = 0;    ///< Of these: one cursor a controller, for all that may come after.
};

/// What the change takes of a page, and what the vector at its end.
void weigh(const Page& page, Cost& cost) {
  if (page.objects.empty()) return;
  Page alone = page;
  if (alone.vector) alone.vector.emplace();
  const auto size = wire::encode(alone, wire::Compression::none).size();
  cost.bytes += size;
  cost.vectors += wire::encode(page, wire::Compression::none).size() - size;
}

/// One change at one controller, until everybody has it.
Cost one_change(const sites::Forest& forest) {
  Cost cost;
  bool weighs = false;
  simulator::WorldOptions options{.seed = 1};
  options.tamper = [&](ControllerId, ControllerId, std::variant<GetChanges, Page>& message) {
    const auto* page = std::get_if<Page>(&message);
    if (weighs && page != nullptr) weigh(*page, cost);
  };
  World world(forest, options);
  EXPECT_TRUE(world.settle());
  weighs = true;
  const std::size_t before = world.story().size();
  auto dn = sites::Dn::parse("cn=change");
  EXPECT_TRUE(
      world.write("s7-3", Add{.dn = *std::move(dn), .attributes = {{"title", {"engineer"}}}})
          .has_value());
  EXPECT_TRUE(world.settle());
  EXPECT_EQ(world.divergence(), "");

  std::map<std::pair<std::string, std::string>, bool> standby;
  const kcc::Names names(forest);
  for (const auto& one : kcc::plan(forest).connections)
    standby[{names.controller(one.source), names.controller(one.destination)}] = one.standby;
  std::set<std::pair<std::string, std::string>> used;
  for (std::size_t at = before; at < world.story().size(); ++at) {
    const auto& pull = world.story()[at];
    if (pull.to.empty() || pull.counts.objects == 0) continue;
    const std::pair edge(pull.from, pull.to);
    EXPECT_TRUE(used.insert(edge).second) << "twice from " << pull.from << " to " << pull.to;
    EXPECT_TRUE(standby.contains(edge)) << pull.from << " to " << pull.to << " is not planned";
    EXPECT_FALSE(standby[edge]) << pull.from << " to " << pull.to << " stands by";
    cost.crossings += pull.counts.objects;
  }
  return cost;
}

TEST(LargeForest, AChangeReachesEachOfAThousandControllersOnceOverPrimaryConnections) {
  const char* seeds = std::getenv("RINGSPAN_SEEDS");  // few where everything is slow
  const std::size_t most = seeds != nullptr && std::stoull(seeds) < 1'000 ? 200 : 1'000;
  std::map<std::size_t, Cost> costs;
  std::cout << "controllers  crossings   bytes  bytes each  vector each\n";
  for (const std::size_t controllers : {most / 4, most}) {
    const Cost cost = one_change(forest_of(controllers));
    std::cout << fmt::format("{:>11}  {:>9}  {:>6}  {:>10}  {:>11}\n", controllers, cost.crossings,
                             cost.bytes, cost.bytes / controllers, cost.vectors / controllers);
    EXPECT_EQ(cost.crossings, controllers - 1);
    costs[controllers] = cost;
  }
  // Four times the controllers take four times the bytes.
  const double growth =
      static_cast<double>(costs[most].bytes) / static_cast<double>(costs[most / 4].bytes);
  EXPECT_NEAR(growth, 4, 0.2);
}

}  // namespace
}  // namespace ringspan::tests
