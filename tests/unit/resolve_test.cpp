#include "replicator/engine/resolve.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/rng.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

InvocationId database(std::uint8_t number) {
  base::Guid guid;
  guid.bytes[0] = number;
  return InvocationId(guid);
}

Stamp stamp(std::uint32_t version, int time, std::uint8_t originator, std::uint64_t usn) {
  return {.version = version,
          .time = base::Time(base::Duration(time)),
          .originator = database(originator),
          .usn = Usn(usn)};
}

AttributeChange change(std::string value, const Stamp& at, const Context& context = {}) {
  return {.name = "title", .values = {std::move(value)}, .stamp = at, .context = context};
}

Attribute attribute(std::string value, const Stamp& at, const Context& context = {}) {
  return {.values = {std::move(value)}, .stamp = at, .context = context};
}

Context seen(std::uint8_t originator, std::uint64_t usn) {
  return Context::of({{database(originator), Usn(usn)}});
}

struct Case {
  const char* what;
  Attribute ours;
  AttributeChange theirs;
  Outcome outcome;
  bool conflict;
};

// Columns: what meets, ours, theirs, who stays, whether it is a conflict.
const Case kCases[] = {
    {"the same write again", attribute("A", stamp(2, 5, 1, 7)), change("A", stamp(2, 5, 1, 7)),
     Outcome::same_write, false},
    {"a higher version beats a later time", attribute("A", stamp(2, 9, 1, 7)),
     change("B", stamp(3, 1, 2, 4)), Outcome::take_theirs, true},
    {"equal versions: the later time", attribute("A", stamp(2, 9, 1, 7)),
     change("B", stamp(2, 8, 2, 4)), Outcome::keep_ours, true},
    {"equal versions and times: the greater originator", attribute("A", stamp(2, 9, 1, 7)),
     change("B", stamp(2, 9, 2, 4)), Outcome::take_theirs, true},
    {"the writer had seen ours", attribute("A", stamp(1, 5, 1, 7)),
     change("B", stamp(2, 6, 2, 4), seen(1, 7)), Outcome::take_theirs, false},
    {"the writer had seen an older one of ours", attribute("A", stamp(2, 5, 1, 7)),
     change("B", stamp(3, 6, 2, 4), seen(1, 6)), Outcome::take_theirs, true},
    {"we had seen theirs", attribute("A", stamp(3, 6, 1, 9), seen(2, 4)),
     change("B", stamp(2, 5, 2, 4)), Outcome::keep_ours, false},
    {"equal values are no conflict", attribute("A", stamp(2, 5, 1, 7)),
     change("A", stamp(2, 6, 2, 4)), Outcome::take_theirs, false},
};

TEST(Resolve, TableOfTwoWrites) {
  for (const Case& one : kCases) {
    const Resolution resolution = resolve(&one.ours, one.theirs);
    EXPECT_EQ(resolution.outcome, one.outcome) << one.what;
    EXPECT_EQ(resolution.conflict, one.conflict) << one.what;
  }
}

TEST(Resolve, AnUnknownAttributeIsTaken) {
  const Resolution resolution = resolve(nullptr, change("A", stamp(1, 1, 1, 1)));
  EXPECT_EQ(resolution.outcome, Outcome::take_theirs);
  EXPECT_FALSE(resolution.conflict);
}

TEST(Resolve, ASuccessorKnowsTheLoserToo) {
  const Attribute ours = attribute("A", stamp(2, 9, 1, 7));
  const Attribute kept = resolve(&ours, change("B", stamp(2, 8, 2, 4))).attribute;
  const Context next = context_of_successor(kept);
  EXPECT_TRUE(next.covers(stamp(2, 9, 1, 7)));
  EXPECT_TRUE(next.covers(stamp(2, 8, 2, 4)));
}

TEST(Resolve, EveryOrderOfArrivalsEndsInOneValue) {
  base::Rng rng(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<AttributeChange> arrivals;
    for (std::uint8_t originator = 1; originator <= 4; ++originator) {
      arrivals.push_back(
          change(std::string(1, static_cast<char>('a' + rng.below(3))),
                 stamp(static_cast<std::uint32_t>(1 + rng.below(2)), static_cast<int>(rng.below(2)),
                       originator, rng.below(9) + 1)));
    }
    std::vector<Attribute> ends;
    for (int order = 0; order < 4; ++order) {
      std::optional<Attribute> held;
      for (const AttributeChange& arrival : arrivals) {
        held = resolve(held ? &*held : nullptr, arrival).attribute;
        held = resolve(&*held, arrival).attribute;  // a repetition changes nothing
      }
      ends.push_back({.values = held->values, .stamp = held->stamp, .context = held->context});
      std::ranges::rotate(arrivals, arrivals.begin() + 1 + static_cast<int>(rng.below(3)));
    }
    for (const Attribute& end : ends)
      EXPECT_EQ(end, ends.front()) << "round " << round;
  }
}

}  // namespace
}  // namespace ringspan::tests
