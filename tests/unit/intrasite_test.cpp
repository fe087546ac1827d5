// Connections inside a site, judged over every size and every loss.

#include "kcc/intrasite.hpp"

#include <algorithm>
#include <bitset>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kMost = 400;

using Ids = std::vector<sites::ControllerId>;
using Set = std::bitset<kMost + 2>;
using Edges = std::set<std::pair<sites::ControllerId, sites::ControllerId>>;  // source, destination

Ids members(std::size_t count) {
  Ids ids;
  for (std::size_t at = 0; at < count; ++at)
    ids.emplace_back(base::Guid::from_name({}, "controller-" + std::to_string(at)));
  std::ranges::sort(ids);
  return ids;
}

Edges edges(const std::vector<Pull>& pulls) {
  Edges edges;
  for (const Pull& pull : pulls)
    EXPECT_TRUE(edges.emplace(pull.source, pull.destination).second) << "a pair twice";
  return edges;
}

/// Bit j of row i: j pulls from i. By place in `all`, which is sorted.
struct Matrix {
  std::vector<Set> out;
  std::vector<Set> in;

  Matrix(const std::vector<Pull>& pulls, const Ids& all) : out(all.size()), in(all.size()) {
    const auto place = [&all](sites::ControllerId id) {
      return static_cast<std::size_t>(std::ranges::lower_bound(all, id) - all.begin());
    };
    for (const Pull& pull : pulls) {
      out[place(pull.source)].set(place(pull.destination));
      in[place(pull.destination)].set(place(pull.source));
    }
  }
};

/// The greatest distance from one of the first `sources` places; kMost if someone is not reached.
std::size_t worst_hops(const Matrix& matrix, const std::vector<std::size_t>& sources) {
  std::size_t worst = 0;
  for (const std::size_t source : sources) {
    Set seen;
    seen.set(source);
    Set front = seen;
    std::size_t hops = 0;
    while (seen.count() < matrix.out.size()) {
      Set next;
      for (std::size_t at = front._Find_first(); at < front.size(); at = front._Find_next(at))
        next |= matrix.out[at];
      front = next & ~seen;
      if (front.none()) return kMost;
      seen |= front;
      ++hops;
    }
    worst = std::max(worst, hops);
  }
  return worst;
}

Set flood(const std::vector<Set>& rows, std::size_t start, const Set& allowed) {
  Set seen;
  seen.set(start);
  std::vector<std::size_t> waiting{start};
  while (!waiting.empty()) {
    const Set fresh = rows[waiting.back()] & allowed & ~seen;
    waiting.pop_back();
    for (std::size_t at = fresh._Find_first(); at < fresh.size(); at = fresh._Find_next(at))
      waiting.push_back(at);
    seen |= fresh;
  }
  return seen;
}

/// The places without which the others do not all hear each other.
std::vector<std::size_t> cut_places(const Matrix& matrix) {
  std::vector<std::size_t> cuts;
  for (std::size_t lost = 0; lost < matrix.out.size() && matrix.out.size() > 1; ++lost) {
    Set left;
    for (std::size_t at = 0; at < matrix.out.size(); ++at)
      left[at] = at != lost;
    const std::size_t start = lost == 0 ? 1 : 0;
    if (flood(matrix.out, start, left) != left || flood(matrix.in, start, left) != left) {
      cuts.push_back(lost);
    }
  }
  return cuts;
}

std::vector<std::size_t> all_places(std::size_t count) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < count; ++at)
    places.push_back(at);
  return places;
}

TEST(InsideTest, NoTwoOfUpTo400AreMoreThanThreeHopsApartAndAnyOneMayFail) {
  for (std::size_t count = 2; count <= kMost; ++count) {
    const Ids ids = members(count);
    const auto pulls = inside({.writable = ids});
    const Matrix matrix(pulls, ids);
    ASSERT_LE(worst_hops(matrix, all_places(count)), 3U) << count;
    ASSERT_TRUE(cut_places(matrix).empty()) << count;
    ASSERT_EQ(pulls.front().rule, count < 8 ? Rule::ring : Rule::mesh) << count;
  }
}

TEST(InsideTest, ASlotIsPulledByAtMostTheNumberOfTheRule) {
  for (std::size_t count = 8; count <= kMost; ++count) {
    const std::size_t slots = slots_for(count);
    EXPECT_LE(slots, std::max(count + 1, count * 23 / 20)) << count;
    const std::size_t d = pulls_of_a_slot(slots);
    const Ids ids = members(count);
    const Matrix matrix(inside({.writable = ids}), ids);
    std::size_t sum = 0;
    for (const Set& sources : matrix.in) {
      ASSERT_LE(sources.count(), 2 * d) << count;  // its own slot's, and a vacant one's
      sum += sources.count();
    }
    ASSERT_LE(sum, slots * d) << count;
  }
}

TEST(InsideTest, TheTableOfTheRule) {
  const auto pulls_of = [](std::size_t slots) { return pulls_of_a_slot(slots); };
  EXPECT_EQ(pulls_of(7), 2U);
  EXPECT_EQ(pulls_of(8), 3U);
  EXPECT_EQ(pulls_of(15), 3U);
  EXPECT_EQ(pulls_of(16), 4U);
  EXPECT_EQ(pulls_of(183), 10U);
  EXPECT_EQ(pulls_of(184), 11U);
  EXPECT_EQ(pulls_of(4903), 50U);
  EXPECT_EQ(pulls_of(100'000), 50U);
}

/// Slots as joins in the order of ids would have given them.
StoredSlots slots_in_order(const Ids& ids) {
  StoredSlots slots;
  for (std::size_t at = 0; at < ids.size(); ++at)
    slots[ids[at]] = at;
  return slots;
}

std::size_t only_in(const Edges& some, const Edges& others, sites::ControllerId except) {
  return static_cast<std::size_t>(std::ranges::count_if(some, [&](const auto& edge) {
    return !others.contains(edge) && edge.first != except && edge.second != except;
  }));
}

TEST(InsideTest, WhoJoinsWithinARungBringsTheConnectionsOfOneSlot) {
  for (std::size_t count = 8; count < 130; ++count) {
    const std::size_t slots = slots_for(count);
    if (slots_for(count + 1) != slots) continue;
    Ids ids = members(count);
    const StoredSlots stored = slots_in_order(ids);
    const Edges before = edges(inside({.writable = ids, .slots = stored}));
    const sites::ControllerId joining(base::Guid::from_name({}, "joining"));
    ids.push_back(joining);
    std::ranges::sort(ids);
    const Edges after = edges(inside({.writable = ids, .slots = stored}));
    EXPECT_EQ(only_in(after, before, joining), 0U) << count;  // what is new is all its own
    EXPECT_LE(only_in(before, after, joining), 2 * pulls_of_a_slot(slots)) << count;
    EXPECT_LE(after.size(), before.size() + 2 * pulls_of_a_slot(slots)) << count;
  }
}

/// One site of `count` controllers that joined in the order of their names, not of their ids.
sites::Forest one_site(std::size_t count) {
  std::string controllers;
  for (std::size_t at = 0; at < count; ++at) {
    controllers +=
        fmt::format(R"({}{{"name":"c{}","site":"s","slot":{}}})", at == 0 ? "" : ",", at, at);
  }
  return sound_forest(fmt::format(
      R"({{"name":"corp","domains":[{{"dn":"dc=corp"}}],"sites":[{{"name":"s"}}],"controllers":[{}]}})",
      controllers));
}

TEST(InsideTest, APlanOfALargeSiteKeepsTheSlotsThatWereGiven) {
  for (std::size_t count = 10; count < 100; count += 7) {
    const std::size_t slots = slots_for(count);
    if (slots_for(count + 1) != slots) continue;
    const Topology before = plan(one_site(count));
    const Topology after = plan(one_site(count + 1));
    const auto gone = std::ranges::count_if(before.connections, [&](const Connection& one) {
      return std::ranges::find(after.connections, one) == after.connections.end();
    });
    EXPECT_LE(static_cast<std::size_t>(gone), 2 * pulls_of_a_slot(slots)) << count;
  }
}

TEST(InsideTest, WhoLeavesWithinARungMovesTheConnectionsOfItsSlotAndOfOneItActedFor) {
  for (std::size_t count = 9; count < 90; ++count) {
    const std::size_t slots = slots_for(count);
    if (slots_for(count - 1) != slots) continue;
    const Ids ids = members(count);
    const StoredSlots stored = slots_in_order(ids);
    const Ids actors = who_acts(ids, stored);
    const Edges before = edges(inside({.writable = ids, .slots = stored}));
    for (const auto leaving : ids) {
      const auto acted_for = static_cast<std::size_t>(std::ranges::count(actors, leaving));
      ASSERT_LE(acted_for, 2U);
      Ids rest = ids;
      std::erase(rest, leaving);
      const Edges after = edges(inside({.writable = rest, .slots = stored}));
      EXPECT_EQ(only_in(before, after, leaving), 0U) << count;  // what goes was all its own
      EXPECT_LE(only_in(after, before, leaving), 2 * acted_for * pulls_of_a_slot(slots)) << count;
    }
  }
}

TEST(InsideTest, WhateverSlotsAreVacantThreeHopsReachAllAndAnyOneMayFail) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    base::Rng rng(seed);
    const Ids ids = members(8 + rng.below(100));
    std::vector<std::size_t> free = all_places(slots_for(ids.size()));
    StoredSlots stored;
    for (const auto id : ids) {
      const auto slot = static_cast<std::ptrdiff_t>(rng.below(free.size()));
      stored[id] = free[static_cast<std::size_t>(slot)];
      free.erase(free.begin() + slot);
    }
    const Matrix matrix(inside({.writable = ids, .slots = stored}), ids);
    ASSERT_LE(worst_hops(matrix, all_places(ids.size())), 3U) << "seed " << seed;
    ASSERT_TRUE(cut_places(matrix).empty()) << "seed " << seed;
  }
}

TEST(InsideTest, WhereTwoClaimASlotTheLowerIdKeepsItAndTheOtherTakesTheLowestFree) {
  const Ids ids = members(9);  // 10 slots
  const Ids actors = who_acts(ids, {{ids[3], 5}, {ids[7], 5}, {ids[8], 0}});
  EXPECT_EQ(actors[5], ids[3]);
  EXPECT_EQ(actors[0], ids[8]);
  EXPECT_EQ((Ids{actors[1], actors[2], actors[3], actors[4], actors[6], actors[7], actors[8]}),
            (Ids{ids[0], ids[1], ids[2], ids[4], ids[5], ids[6], ids[7]}));
  EXPECT_EQ(actors[9], actors[4]);  // vacant: the second that may be, so it is halfway
  EXPECT_EQ(who_acts(ids, {{ids[0], 4'000}}), who_acts(ids, {}));  // beyond the rung: as if none
}

TEST(InsideTest, ReadOnlyOnesPullFromOppositeSidesAndAreThreeHopsAwayToo) {
  for (std::size_t count = 1; count <= 120; ++count) {
    Ids ids = members(count + 2);
    SiteReplicas replicas;
    replicas.full_leaves = {ids[count / 2]};
    replicas.relays = {ids[count]};
    for (const auto id : ids) {
      if (id != replicas.full_leaves[0] && id != replicas.relays[0])
        replicas.writable.push_back(id);
    }
    const auto pulls = inside(replicas);
    const Matrix matrix(pulls, ids);
    std::vector<std::size_t> writable;
    for (std::size_t at = 0; at < ids.size(); ++at) {
      if (std::ranges::binary_search(replicas.writable, ids[at])) writable.push_back(at);
    }
    ASSERT_LE(worst_hops(matrix, writable), 3U) << count;
    for (const auto hanging : {replicas.full_leaves[0], replicas.relays[0]}) {
      EXPECT_EQ(std::ranges::count(pulls, hanging, &Pull::source), 0);
      EXPECT_EQ(std::ranges::count(pulls, hanging, &Pull::destination), count == 1 ? 1 : 2);
    }
  }
}

}  // namespace
}  // namespace ringspan::kcc
