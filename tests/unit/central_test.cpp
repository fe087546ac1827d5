// Which controllers stand best to serve everyone.

#include "kcc/central.hpp"

#include <gtest/gtest.h>

#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

/// Three sites around b, the way to c dear; c-2 is read-only.
sites::Forest star() {
  return sound_forest(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "policy": {"redundancy": 1},
    "sites": [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}],
    "links": [{"sites": ["a", "b"], "cost": 10}, {"sites": ["b", "c"], "cost": 50},
              {"sites": ["b", "d"], "cost": 10}],
    "controllers": [{"name": "a-1", "site": "a"}, {"name": "b-1", "site": "b"},
                    {"name": "c-1", "site": "c"}, {"name": "d-1", "site": "d"},
                    {"name": "c-2", "site": "c", "read_only": true}]})");
}

std::vector<sites::ControllerId> everyone(const sites::Forest& forest) {
  std::vector<sites::ControllerId> ids;
  for (const auto& controller : forest.controllers)
    ids.push_back(controller.id);
  return ids;
}

TEST(CentralTest, TheMiddleComesFirstAndReadOnlyOnesNever) {
  const sites::Forest forest = star();
  const auto ranked = most_central(forest, plan(forest), forest.root_domain, everyone(forest));
  ASSERT_EQ(ranked.size(), 4U);
  const auto name = [&](std::size_t at) {
    return sites::find_controller(forest, ranked[at].id)->name;
  };
  EXPECT_EQ(name(0), "b-1");
  EXPECT_EQ(name(1), "c-1");
  EXPECT_EQ(ranked[0].worst_hops, 2U);
  EXPECT_EQ(ranked[2].worst_hops, 3U);
  EXPECT_EQ(ranked[0].cost, 10U + 10U + 50U + 50U);
  EXPECT_EQ(ranked[0].unreached, 0U);
}

TEST(CentralTest, WhoReachesFewerComesLast) {
  const sites::Forest forest = star();
  Topology cut = plan(forest);
  const auto a = sites::find_controller(forest, "a-1")->id;
  const auto b = sites::find_controller(forest, "b-1")->id;
  std::erase_if(cut.connections, [a](const Connection& one) { return one.source == a; });
  const auto ranked = most_central(forest, cut, forest.root_domain, {a, b});
  ASSERT_EQ(ranked.size(), 2U);
  EXPECT_EQ(ranked[0].id, b);
  EXPECT_EQ(ranked[0].unreached, 0U);
  EXPECT_EQ(ranked[1].unreached, 4U);
}

TEST(CentralTest, WhatIsNotInTheForestIsLeftOut) {
  const sites::Forest forest = star();
  const sites::ControllerId nobody(base::Guid::from_name({}, "nobody"));
  EXPECT_TRUE(most_central(forest, plan(forest), forest.root_domain, {nobody}).empty());
  EXPECT_TRUE(most_central(forest, plan(forest), {}, everyone(forest)).empty());
}

}  // namespace
}  // namespace ringspan::kcc
