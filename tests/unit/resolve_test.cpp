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

// ── Links ────────────────────────────────────────────────────────────────────────────────────────

const LinkId kMember{.source = {}, .attribute = "member", .target = {}};

enum class Is : bool { removed, present };

LinkChange link_change(Is is, int created, const Stamp& at, const Context& context = {}) {
  return {.id = kMember,
          .present = is == Is::present,
          .created = base::Time(base::Duration(created)),
          .stamp = at,
          .context = context};
}

Link link(Is is, int created, const Stamp& at, const Context& context = {}) {
  return {.id = kMember,
          .present = is == Is::present,
          .created = base::Time(base::Duration(created)),
          .stamp = at,
          .context = context};
}

struct LinkCase {
  const char* what;
  Link ours;
  LinkChange theirs;
  Outcome outcome;
  bool conflict;
};

// Columns: what meets, ours, theirs, who stays, whether it is a conflict.
const LinkCase kLinkCases[] = {
    {"the same write again", link(Is::present, 5, stamp(1, 5, 1, 7)),
     link_change(Is::present, 5, stamp(1, 5, 1, 7)), Outcome::same_write, false},
    {"added at both at once is agreement; born later stays",
     link(Is::present, 5, stamp(1, 5, 1, 7)), link_change(Is::present, 6, stamp(1, 6, 2, 4)),
     Outcome::take_theirs, false},
    {"born later beats a long history", link(Is::removed, 5, stamp(8, 9, 1, 7)),
     link_change(Is::present, 6, stamp(1, 6, 2, 4)), Outcome::take_theirs, true},
    {"born earlier loses whatever its version", link(Is::present, 6, stamp(1, 6, 1, 7)),
     link_change(Is::removed, 5, stamp(8, 9, 2, 4)), Outcome::keep_ours, true},
    {"of one birth the higher version", link(Is::removed, 5, stamp(2, 9, 1, 7)),
     link_change(Is::present, 5, stamp(3, 7, 2, 4)), Outcome::take_theirs, true},
    {"of one birth and version the later time", link(Is::removed, 5, stamp(2, 9, 1, 7)),
     link_change(Is::present, 5, stamp(2, 8, 2, 4)), Outcome::keep_ours, true},
    {"all equal: the greater originator", link(Is::removed, 5, stamp(2, 9, 1, 7)),
     link_change(Is::present, 5, stamp(2, 9, 2, 4)), Outcome::take_theirs, true},
    {"removed at both at once is agreement", link(Is::removed, 5, stamp(2, 9, 1, 7)),
     link_change(Is::removed, 5, stamp(2, 8, 2, 4)), Outcome::keep_ours, false},
    {"removed by one who had seen it added", link(Is::present, 5, stamp(1, 5, 1, 7)),
     link_change(Is::removed, 5, stamp(2, 8, 2, 4), seen(1, 7)), Outcome::take_theirs, false},
    {"added again by one who had seen it removed", link(Is::removed, 5, stamp(2, 8, 2, 4)),
     link_change(Is::present, 5, stamp(3, 9, 1, 9), seen(2, 4)), Outcome::take_theirs, false},
    {"an old addition comes late to one who removed it",
     link(Is::removed, 5, stamp(2, 8, 1, 9), seen(2, 4)),
     link_change(Is::present, 5, stamp(1, 5, 2, 4)), Outcome::keep_ours, false},
};

TEST(Resolve, TableOfTwoWritesOfALink) {
  for (const LinkCase& one : kLinkCases) {
    const LinkResolution resolution = resolve(&one.ours, one.theirs, {});
    EXPECT_EQ(resolution.outcome, one.outcome) << one.what;
    EXPECT_EQ(resolution.conflict, one.conflict) << one.what;
    const bool theirs = one.outcome == Outcome::take_theirs;
    EXPECT_EQ(resolution.link.present, theirs ? one.theirs.present : one.ours.present) << one.what;
    EXPECT_EQ(resolution.link.stamp, theirs ? one.theirs.stamp : one.ours.stamp) << one.what;
    EXPECT_EQ(resolution.link.created, theirs ? one.theirs.created : one.ours.created) << one.what;
    EXPECT_TRUE(context_of_successor(resolution.link).covers(one.theirs.stamp)) << one.what;
    EXPECT_TRUE(context_of_successor(resolution.link).covers(one.ours.stamp)) << one.what;
  }
}

TEST(Resolve, AnUnknownLinkIsTakenAlsoARemovedOne) {
  const LinkChange removed = link_change(Is::removed, 5, stamp(2, 9, 1, 7));
  const LinkResolution resolution = resolve(nullptr, removed, {});
  EXPECT_EQ(resolution.outcome, Outcome::take_theirs);
  EXPECT_FALSE(resolution.conflict);
  EXPECT_FALSE(resolution.link.present);
  EXPECT_EQ(resolution.link.stamp, removed.stamp);
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
