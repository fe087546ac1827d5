// How two replicas are compared: by digests of ranges, then value by value (rule R30).

#include "replicator/engine/comparison.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "replicator/engine/digest.hpp"
#include "replicator/store/memory_store.hpp"
#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

const auto kCorp = id<NamingContextId>(0xC0);
const auto kOslo = id<InvocationId>(1);
const auto kNuuk = id<InvocationId>(2);
const auto kAlice = id<ObjectId>(0x0A);
const auto kStaff = id<ObjectId>(0x0B);
constexpr base::Time kNow{std::chrono::days(19'000)};
constexpr base::Time kLongAgo{std::chrono::days(18'000)};

Stamp stamp(InvocationId originator, std::uint64_t usn, std::uint64_t version = 1,
            base::Time time = kNow) {
  return {.version = version, .time = time, .originator = originator, .usn = Usn(usn)};
}

/// One replica of kCorp, as far as a comparison asks it.
class Replica {
 public:
  explicit Replica(InvocationId me) : identity_{.invocation = me} {}

  void hold(ObjectId object, const std::string& rdn, std::map<std::string, Attribute> attributes,
            const Stamp& born = stamp(kOslo, 1)) {
    write([&](Transaction& store) {
      Object held{.id = object, .naming_context = kCorp, .attributes = {}};
      held.attributes.insert(attributes.begin(), attributes.end());
      held.attributes[std::string(kName)] = {
          .values = to_values({.parent = head_of(kCorp), .rdn = *sites::Rdn::parse(rdn)}),
          .stamp = born};
      held.usn = store.next_usn();
      store.put(to_row(held));
    });
  }

  void hold(ObjectId source, ObjectId target, bool present, const Stamp& written) {
    write([&](Transaction& store) {
      store.put(Link{.id = {source, "member", target},
                     .naming_context = kCorp,
                     .present = present,
                     .created = kNow,
                     .stamp = written,
                     .context = {},
                     .beside = {},
                     .usn = store.next_usn()});
    });
  }

  void cover(InvocationId originator, std::uint64_t usn) {
    write([&](Transaction& store) {
      UpToDatenessVector vector = store.vector(kCorp);
      vector.merge(originator, {.usn = Usn(usn), .time = kNow});
      store.set_vector(kCorp, vector);
    });
  }

  Digests digest(const std::set<std::string>& ranges = {""}, std::size_t more = 3,
                 const Selection& selection = {}) {
    return digests(*store_.read(), kCorp, selection, ranges, more);
  }

  Part part(const std::vector<ObjectId>& objects = {kAlice, kStaff},
            std::size_t most_bytes = 1U << 20U) {
    return part_of(*store_.read(), kCorp, objects, identity_, {}, kNow, most_bytes);
  }

 private:
  void write(const std::function<void(Transaction&)>& what) {
    const auto transaction = store_.begin();
    what(*transaction);
    transaction->commit();
  }

  store::MemoryStore store_;
  Identity identity_;
};

class Comparison : public testing::Test {
 protected:
  std::vector<Difference> differences() {
    return compare(oslo.part(), nuuk.part(), kNow - std::chrono::days(180));
  }
  Difference only() {
    const auto found = differences();
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Difference{} : found.front();
  }

  Replica oslo{kOslo};
  Replica nuuk{kNuuk};
};

Attribute title(const std::string& value, const Stamp& written) {
  return {.values = {value}, .stamp = written};
}

TEST_F(Comparison, DigestsAreEqualWhateverTheOrderInWhichThingsCame) {
  base::Rng rng(7);
  std::vector<ObjectId> ids;
  for (int i = 0; i < 200; ++i)
    ids.emplace_back(rng.guid());
  for (const ObjectId one : ids)
    oslo.hold(one, "cn=" + digits_of(one), {{"title", title("A", stamp(kOslo, 2))}});
  for (auto one = ids.rbegin(); one != ids.rend(); ++one)
    nuuk.hold(*one, "cn=" + digits_of(*one), {{"title", title("A", stamp(kOslo, 2))}});
  EXPECT_EQ(oslo.digest(), nuuk.digest());
  EXPECT_EQ(total(oslo.digest()).objects, 200U);
  EXPECT_EQ(total(oslo.digest()), total(nuuk.digest()));
}

TEST_F(Comparison, OneValueAmongManyIsFoundByItsRangeThenByItsObject) {
  base::Rng rng(8);
  std::vector<ObjectId> ids;
  for (int i = 0; i < 500; ++i)
    ids.emplace_back(rng.guid());
  for (Replica* replica : {&oslo, &nuuk}) {
    for (const ObjectId one : ids)
      replica->hold(one, "cn=" + digits_of(one), {{"title", title("A", stamp(kOslo, 2))}});
  }
  nuuk.hold(ids[99], "cn=" + digits_of(ids[99]), {{"title", title("B", stamp(kOslo, 2))}});
  const auto ranges = differing(oslo.digest(), nuuk.digest());
  ASSERT_EQ(ranges, std::vector{digits_of(ids[99]).substr(0, 3)});
  const std::set<std::string> closer(ranges.begin(), ranges.end());
  const auto objects = differing(oslo.digest(closer, 29), nuuk.digest(closer, 29));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(object_of(objects.front()), ids[99]);
}

TEST_F(Comparison, WhatOneReplicaLacksIsADifferingRangeEitherWay) {
  nuuk.hold(kAlice, "cn=alice", {});
  EXPECT_EQ(differing(oslo.digest(), nuuk.digest()), std::vector<std::string>{"0a0"});
  EXPECT_EQ(differing(nuuk.digest(), oslo.digest()), std::vector<std::string>{"0a0"});
}

TEST_F(Comparison, WhatIsNotSelectedMakesNoDifference) {
  oslo.hold(kAlice, "cn=alice", {{"title", title("A", stamp(kOslo, 2))}});
  nuuk.hold(kAlice, "cn=alice", {});
  const Selection shared{.only = false, .names = {"title"}};
  EXPECT_NE(oslo.digest(), nuuk.digest());
  EXPECT_EQ(oslo.digest({""}, 3, shared), nuuk.digest({""}, 3, shared));
}

TEST_F(Comparison, DigitsNameOneObject) {
  EXPECT_EQ(digits_of(kAlice), "0a" + std::string(30, '0'));
  EXPECT_EQ(object_of(digits_of(kAlice)), kAlice);
  EXPECT_EQ(object_of("0a"), std::nullopt);
  EXPECT_EQ(object_of(std::string(32, 'g')), std::nullopt);
}

TEST_F(Comparison, AWriteThatNoVectorCoversIsOnItsWay) {
  oslo.hold(kAlice, "cn=alice", {{"title", title("B", stamp(kOslo, 5, 2))}});
  nuuk.hold(kAlice, "cn=alice", {{"title", title("A", stamp(kOslo, 2))}});
  nuuk.cover(kOslo, 4);
  const Difference found = only();
  EXPECT_EQ(found.verdict, Verdict::coming);
  EXPECT_FALSE(found.a_lacks);
  EXPECT_FALSE(found.diverges());
  EXPECT_EQ(found.a->values, std::vector<std::string>{"B"});
  EXPECT_EQ(found.b->values, std::vector<std::string>{"A"});
}

TEST_F(Comparison, AWriteThatIsCoveredAndNotHeldIsLost) {
  oslo.hold(kAlice, "cn=alice", {{"title", title("B", stamp(kOslo, 5, 2))}});
  nuuk.hold(kAlice, "cn=alice", {{"title", title("A", stamp(kOslo, 2))}});
  nuuk.cover(kOslo, 5);
  EXPECT_EQ(only().verdict, Verdict::lost);
}

TEST_F(Comparison, OneWriteWithTwoValuesDivergesWhateverTheVectors) {
  oslo.hold(kAlice, "cn=alice", {{"title", title("A", stamp(kOslo, 2))}});
  nuuk.hold(kAlice, "cn=alice", {{"title", title("B", stamp(kOslo, 2))}});
  EXPECT_EQ(only().verdict, Verdict::two_values);
}

TEST_F(Comparison, WhatOneWriterHadSeenIsComparedToo) {
  Attribute seen = title("A", stamp(kOslo, 2));
  seen.context.note(stamp(kNuuk, 9));
  oslo.hold(kAlice, "cn=alice", {{"title", seen}});
  nuuk.hold(kAlice, "cn=alice", {{"title", title("A", stamp(kOslo, 2))}});
  EXPECT_EQ(only().verdict, Verdict::two_values);
}

TEST_F(Comparison, AnObjectThatOneSideNeverHadIsJudgedByItsWrites) {
  nuuk.hold(kAlice, "cn=alice", {{"title", title("A", stamp(kNuuk, 2))}}, stamp(kNuuk, 1));
  ASSERT_EQ(differences().size(), 2U);
  oslo.cover(kNuuk, 2);
  const auto found = differences();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].attribute, "name");
  EXPECT_EQ(found[0].verdict, Verdict::lost);
  EXPECT_TRUE(found[0].a_lacks);
  EXPECT_EQ(found[0].a, std::nullopt);
}

TEST_F(Comparison, ATombstoneThatWasCollectedIsNoDifference) {
  const Attribute old_deletion{.values = {std::string(kDeleted)},
                               .stamp = stamp(kOslo, 3, 1, kLongAgo)};
  const Attribute young_deletion{.values = {std::string(kDeleted)}, .stamp = stamp(kOslo, 3)};
  nuuk.cover(kOslo, 9);
  oslo.hold(kAlice, "cn=alice", {{std::string(kIsDeleted), old_deletion}});
  EXPECT_TRUE(differences().empty());
  const Attribute just_old_enough{.values = {std::string(kDeleted)},
                                  .stamp = stamp(kOslo, 3, 1, kNow - std::chrono::days(180))};
  oslo.hold(kAlice, "cn=alice", {{std::string(kIsDeleted), just_old_enough}});
  EXPECT_TRUE(differences().empty()) << "the other side has collected it at this very time";
  oslo.hold(kAlice, "cn=alice", {{std::string(kIsDeleted), young_deletion}});
  EXPECT_EQ(differences().size(), 2U);
}

TEST_F(Comparison, LinkValuesAreJudgedOneByOne) {
  for (Replica* replica : {&oslo, &nuuk}) {
    replica->hold(kStaff, "cn=staff", {});
    replica->hold(kAlice, "cn=alice", {});
  }
  oslo.hold(kStaff, kAlice, true, stamp(kOslo, 4));
  nuuk.cover(kOslo, 4);
  const Difference found = only();
  EXPECT_EQ(found.object, kStaff);
  EXPECT_EQ(found.target, kAlice);
  EXPECT_EQ(found.verdict, Verdict::lost);
  nuuk.hold(kStaff, kAlice, false, stamp(kOslo, 4));
  EXPECT_EQ(only().verdict, Verdict::two_values);
}

TEST_F(Comparison, ALinkOfWhichAnEndIsDeletedOnOneSideDoesNotCount) {
  const Attribute deletion{.values = {std::string(kDeleted)}, .stamp = stamp(kNuuk, 7)};
  oslo.hold(kStaff, "cn=staff", {});
  nuuk.hold(kStaff, "cn=staff", {});
  oslo.hold(kAlice, "cn=alice", {});
  nuuk.hold(kAlice, "cn=alice", {{std::string(kIsDeleted), deletion}});
  oslo.hold(kStaff, kAlice, true, stamp(kOslo, 4));
  nuuk.hold(kStaff, kAlice, false, stamp(kOslo, 4));
  const Difference found = only();
  EXPECT_EQ(found.attribute, kIsDeleted);
  EXPECT_EQ(found.verdict, Verdict::coming);
}

TEST_F(Comparison, APartEndsWhereItIsFullAndSaysHowFarItCame) {
  oslo.hold(kAlice, "cn=alice", {{"title", title(std::string(300, 'A'), stamp(kOslo, 2))}});
  oslo.hold(kStaff, "cn=staff", {{"title", title(std::string(300, 'B'), stamp(kOslo, 3))}});
  EXPECT_EQ(oslo.part({kAlice, kStaff}, 500).looked, 1U);
  EXPECT_EQ(oslo.part({kAlice, kStaff}, 500).page.objects.size(), 1U);
  EXPECT_EQ(oslo.part({kAlice, kStaff}).looked, 2U);
  const std::vector wanted{kAlice, kStaff};
  EXPECT_EQ(first_of(oslo.part(), wanted, 1), oslo.part({kAlice}));
}

}  // namespace
}  // namespace ringspan::tests
