#include "replicator/engine/selection.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

Selection random_selection(base::Rng& rng) {
  Selection selection{.only = rng.chance(1, 2), .names = {}};
  for (const char* name : {"a", "b", "c", "d"}) {
    if (rng.chance(1, 2)) selection.names.insert(name);
  }
  return selection;
}

TEST(Selection, BothAndCoversMeanWhatTheySay) {
  base::Rng rng(13);
  for (int round = 0; round < 4000; ++round) {
    const Selection one = random_selection(rng);
    const Selection other = random_selection(rng);
    bool covers = true;
    for (const char* name : {"a", "b", "c", "d", "any-other", "name", "isdeleted"}) {
      EXPECT_EQ(both(one, other).has(name), one.has(name) && other.has(name)) << name;
      covers = covers && (one.has(name) || !other.has(name));
    }
    EXPECT_EQ(one.covers(other), covers) << to_text(one) << " / " << to_text(other);
    EXPECT_EQ(to_selection(to_text(one)), one) << to_text(one);
  }
}

TEST(Selection, AnObjectsPlaceAndLifeAreInEverySelection) {
  const Selection nothing{.only = true, .names = {}};
  EXPECT_TRUE(nothing.has("name"));
  EXPECT_TRUE(nothing.has("isdeleted"));
  EXPECT_FALSE(nothing.has("title"));
}

}  // namespace
}  // namespace ringspan::tests
