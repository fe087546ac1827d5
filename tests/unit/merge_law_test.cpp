// Laws of merging: whatever the order in which the same changes come, however often, and by
// whatever way round, a replica ends in one state and knows the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/apply.hpp"
#include "replicator/engine/canonical.hpp"
#include "replicator/engine/resolve.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/simulator/world.hpp"
#include "replicator/store/memory_store.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

constexpr base::Time kNow = base::Time(base::Duration(1'000'000));
const NamingContextId kContext = id<NamingContextId>(9);

// ── Changes of chance, each write with a stamp of its own ────────────────────────────────────────

class Writers {
 public:
  explicit Writers(std::uint64_t seed) : rng_(seed) {}

  Stamp stamp() {
    const auto who = static_cast<std::uint8_t>(1 + rng_.below(4));
    return {.version = static_cast<std::uint32_t>(1 + rng_.below(3)),
            .time = base::Time(base::Duration(rng_.below(3))),
            .originator = id<InvocationId>(who),
            .usn = Usn(100 + ++usns_.at(who))};
  }

  // What a writer may have seen of what was written before.
  Context context() {
    Context seen;
    for (auto left = rng_.below(3); left > 0; --left) {
      const auto who = static_cast<std::uint8_t>(1 + rng_.below(4));
      const Stamp last{.originator = id<InvocationId>(who), .usn = Usn(100 + usns_.at(who))};
      if (usns_.at(who) > 0) seen.note(last);
    }
    return seen;
  }

  AttributeChange attribute(std::string name) {
    const bool removed = rng_.chance(1, 4);
    std::vector<std::string> values;
    if (!removed) values.push_back(name == kIsDeleted ? "TRUE" : std::to_string(rng_.below(3)));
    const Context seen = context();
    return {.name = std::move(name), .values = values, .stamp = stamp(), .context = seen};
  }

  LinkChange link() {
    const Context seen = context();
    return {.id = {.source = object(), .attribute = "member", .target = object()},
            .present = rng_.chance(2, 3),
            .created = base::Time(base::Duration(rng_.below(2))),
            .stamp = stamp(),
            .context = seen};
  }

  // Every object comes with the name that it was born with, in case it is not known yet.
  Page page() {
    Page page{.naming_context = kContext, .source = id<InvocationId>(8)};
    for (std::uint8_t number = 1; number <= 3; ++number) {
      ObjectChange change{.id = id<ObjectId>(number), .attributes = {}};
      for (const std::string_view name :
           {kIsDeleted, std::string_view("phone"), std::string_view("title")}) {
        if (rng_.chance(1, 2)) change.attributes.push_back(attribute(std::string(name)));
        if (name == kIsDeleted) change.attributes.push_back(birth_name(number));
      }
      page.objects.push_back(std::move(change));
    }
    for (auto left = rng_.below(5); left > 0; --left)
      page.links.push_back(link());
    return page;
  }

  template <typename T>
  void shuffle(std::vector<T>& what) {
    for (std::size_t left = what.size(); left > 1; --left)
      std::swap(what[left - 1], what[rng_.below(left)]);
  }

 private:
  static AttributeChange birth_name(std::uint8_t number) {
    return {.name = std::string(kName),
            .values = to_values({.parent = {}, .rdn = {"cn", "u" + std::to_string(number)}}),
            .stamp = {.version = 1, .originator = id<InvocationId>(1), .usn = Usn(number)},
            .context = {}};
  }
  ObjectId object() { return id<ObjectId>(static_cast<std::uint8_t>(1 + rng_.below(3))); }

  base::Rng rng_;
  std::array<std::uint64_t, 5> usns_{};  // given so far, by writer
};

// ── One value ────────────────────────────────────────────────────────────────────────────────────

template <typename Held, typename Change, typename Resolve>
void every_order_ends_in_one_value(Writers& writers, std::vector<Change> arrivals,
                                   const Resolve& resolved, const std::string& what) {
  std::optional<Held> first;
  for (int order = 0; order < 6; ++order) {
    std::optional<Held> held;
    for (const Change& arrival : arrivals) {
      held = resolved(held ? &*held : nullptr, arrival);
      held = resolved(&*held, arrival);  // a repetition changes nothing
    }
    if (!first) first = held;
    const Context known = context_of_successor(*held);
    EXPECT_EQ(held->stamp, first->stamp) << what;
    EXPECT_EQ(held->context, first->context) << what;
    EXPECT_EQ(known, context_of_successor(*first)) << what;
    for (const Change& arrival : arrivals)
      EXPECT_TRUE(known.covers(arrival.stamp)) << what;
    writers.shuffle(arrivals);
  }
}

TEST(MergeLaw, EveryOrderOfWritesEndsInOneAttributeThatKnowsThemAll) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Writers writers(seed);
    std::vector<AttributeChange> arrivals;
    for (int i = 0; i < 5; ++i)
      arrivals.push_back(writers.attribute("title"));
    every_order_ends_in_one_value<Attribute>(
        writers, arrivals,
        [](const Attribute* ours, const AttributeChange& theirs) {
          return resolve(ours, theirs).attribute;
        },
        "seed " + std::to_string(seed));
  }
}

TEST(MergeLaw, EveryOrderOfWritesEndsInOneLinkThatKnowsThemAll) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Writers writers(seed);
    std::vector<LinkChange> arrivals;
    for (int i = 0; i < 5; ++i) {
      arrivals.push_back(writers.link());
      arrivals.back().id = arrivals.front().id;
    }
    every_order_ends_in_one_value<Link>(
        writers, arrivals,
        [](const Link* ours, const LinkChange& theirs) {
          return resolve(ours, theirs, kContext).link;
        },
        "seed " + std::to_string(seed));
  }
}

// ── A whole replica ──────────────────────────────────────────────────────────────────────────────

class Replica {
 public:
  Replica() { identity_.contexts.push_back({.id = kContext, .dn = {}, .is_home = true}); }

  void take(const Page& page) {
    const auto transaction = store_.begin();
    Writer writer(*transaction, identity_, kNow);
    const auto applied = apply(writer, page);
    EXPECT_TRUE(applied) << applied.error().message;
    transaction->commit();
  }

  // All that it holds.
  Page everything() {
    const GetChanges request{.naming_context = kContext, .limits = {.objects = 4096}};
    Page page = answer(*store_.read(), request, identity_, Audience{}, kNow);
    EXPECT_TRUE(page.last());
    return page;
  }

  std::vector<Object> objects() { return canonical_objects(*store_.read(), kContext); }
  std::vector<Link> links() { return canonical_links(*store_.read(), kContext); }

  // What it has seen of every attribute and link, losers too.
  std::vector<Context> knowledge() {
    std::vector<Context> known;
    const auto snapshot = store_.read();
    for (const Object& object : objects()) {
      const Object stored = stored_object(*snapshot->find(object.id));
      for (const auto& [name, attribute] : stored.attributes)
        known.push_back(context_of_successor(attribute));
      snapshot->links_from(object.id, [&](const Link& link) {
        known.push_back(context_of_successor(link));
        return true;
      });
    }
    return known;
  }

 private:
  store::MemoryStore store_;
  Identity identity_{.controller = id<ControllerId>(7), .invocation = id<InvocationId>(7)};
};

TEST(MergeLaw, EveryOrderOfPagesEndsInOneReplica) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Writers writers(seed);
    std::vector<Page> pages;
    for (int i = 0; i < 4; ++i)
      pages.push_back(writers.page());
    Replica first;
    for (const Page& page : pages)
      first.take(page);
    for (int order = 0; order < 4; ++order) {
      writers.shuffle(pages);
      Replica other;
      for (const Page& page : pages) {
        other.take(page);
        other.take(page);
      }
      ASSERT_EQ(other.objects(), first.objects()) << "seed " << seed;
      ASSERT_EQ(other.links(), first.links()) << "seed " << seed;
      ASSERT_EQ(other.knowledge(), first.knowledge()) << "seed " << seed;
    }
  }
}

TEST(MergeLaw, WhatWasMergedElsewhereMergesToTheSame) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Writers writers(seed);
    const Page a = writers.page();
    const Page b = writers.page();
    const Page c = writers.page();
    Replica direct;
    for (const Page& page : {a, b, c})
      direct.take(page);
    Replica left;  // (a + b) + c
    left.take(a);
    left.take(b);
    Replica right;  // a + (b + c)
    right.take(b);
    right.take(c);
    Replica by_left;
    by_left.take(c);
    by_left.take(left.everything());
    Replica by_right;
    by_right.take(a);
    by_right.take(right.everything());
    EXPECT_EQ(by_left.objects(), direct.objects()) << "seed " << seed;
    EXPECT_EQ(by_right.objects(), direct.objects()) << "seed " << seed;
    EXPECT_EQ(by_left.links(), direct.links()) << "seed " << seed;
    EXPECT_EQ(by_right.links(), direct.links()) << "seed " << seed;
  }
}

// ── Whole cycles from several sources ────────────────────────────────────────────────────────────

sites::Forest three_writers_and_six_readers() {
  std::string controllers;
  for (const char* name : {"w1", "w2", "w3"})
    controllers += std::string(R"({"name": ")") + name + R"(", "site": "oslo"},)";
  for (int reader = 1; reader <= 6; ++reader) {
    controllers += R"({"name": "r)" + std::to_string(reader) +
                   R"(", "site": "oslo", "read_only": true})" + (reader < 6 ? "," : "");
  }
  auto forest = sites::read_forest(
      R"({"name": "law", "domains": [{"dn": "dc=corp,dc=example"}], "sites": [{"name": "oslo"}],
          "controllers": [)" +
          controllers + "]}",
      "law");
  EXPECT_TRUE(forest.has_value());
  return *std::move(forest);
}

// People and groups of few names, so that everything happens to the same ones.
void something_happens(simulator::World& world, base::Rng& rng) {
  const auto dn = [&] {
    return *sites::Dn::parse("cn=p" + std::to_string(rng.below(4)) +
                             (rng.chance(1, 3) ? ",ou=groups" : ",ou=people"));
  };
  const std::string at = "w" + std::to_string(1 + rng.below(3));
  const std::string value = std::to_string(rng.below(3));
  Write write = Add{.dn = dn(), .attributes = {{"title", {value}}}};
  switch (rng.below(9)) {
    case 0:
    case 1:
      break;
    case 2:
    case 3:
      write = Set{.target = dn(), .attributes = {{"title", {value}}}};
      break;
    case 4:
      write = Rename{.target = dn(), .rdn = {"cn", "p" + value}};
      break;
    case 5:
      write = Move{.target = dn(), .parent = dn()};
      break;
    case 6:
      write = Delete{.target = dn(), .tree = rng.chance(1, 2)};
      break;
    case 7:
      write = AddLink{.source = dn(), .attribute = "member", .target = dn()};
      break;
    default:
      write = AddLink{.source = dn(), .attribute = "manager", .target = dn()};
      break;
  }
  (void)world.write(at, write);  // refusals are part of life
  const std::string other = "w" + std::to_string(1 + rng.below(3));
  if (other != at && rng.chance(1, 3)) {
    EXPECT_TRUE(world.pull(at, other, {}));
  }
  if (rng.chance(1, 3)) world.run_for(base::Duration(rng.below(2)));
}

TEST(MergeLaw, EveryOrderOfWholeCyclesEndsInOneState) {
  std::uint64_t objects = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    simulator::WorldOptions options{.seed = seed, .founder = "w1", .manual = true};
    options.settings.page.objects = 2;
    simulator::World world(three_writers_and_six_readers(), options);
    base::Rng rng(seed);
    for (int step = 0; step < 40; ++step)
      something_happens(world, rng);
    std::vector<std::string> order{"w1", "w2", "w3"};
    std::set<std::string> readers;
    for (int reader = 1; reader <= 6; ++reader) {
      const std::string name = "r" + std::to_string(reader);
      for (const std::string& source : order) {
        const auto counts = world.pull(name, source, {});
        ASSERT_TRUE(counts) << counts.error().message;
        objects += counts->objects;
      }
      readers.insert(name);
      std::ranges::next_permutation(order);
    }
    ASSERT_EQ(world.divergence(readers), "") << "seed " << seed;
    ASSERT_EQ(world.broken_invariant(), "") << "seed " << seed;
  }
  EXPECT_GT(objects, 1000U) << "cycles that carry nothing show nothing";
}

}  // namespace
}  // namespace ringspan::tests
