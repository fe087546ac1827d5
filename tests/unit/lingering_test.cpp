// What lives here that another replica has collected, told exactly.

#include "replicator/engine/lingering.hpp"

#include <gtest/gtest.h>

#include "replicator/engine/collection.hpp"
#include "replicator/store/memory_store.hpp"
#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

const auto kCorp = id<NamingContextId>(9);
const auto kOslo = id<InvocationId>(1);
const auto kNuuk = id<InvocationId>(2);

class Lingering : public ::testing::Test {
 protected:
  /// Born at `writer` as its write `usn`.
  ObjectId born(std::uint8_t number, InvocationId writer, std::uint64_t usn,
                ObjectId parent = id<ObjectId>(99)) {
    Object object{.id = id<ObjectId>(number), .naming_context = kCorp, .attributes = {}};
    object.usn = transaction_->next_usn();
    object.attributes[std::string(kName)] = {
        .values = to_values(
            {.parent = parent, .rdn = {.type = "cn", .value = "p" + std::to_string(number)}}),
        .stamp = {.version = 1, .time = {}, .originator = writer, .usn = Usn(usn)}};
    transaction_->put(to_row(object));
    return object.id;
  }

  LingeringObjects found() const { return find_lingering(*transaction_, kCorp, reference_); }

  store::MemoryStore store_;
  std::unique_ptr<Transaction> transaction_ = store_.begin();
  Reference reference_;
};

TEST_F(Lingering, OnlyWhatTheReferenceOnceHad) {
  const ObjectId there = born(1, kOslo, 5);
  const ObjectId collected = born(2, kOslo, 6);
  const ObjectId on_its_way = born(3, kNuuk, 8);
  reference_.objects = {there};
  reference_.vector.merge(kOslo, {.usn = Usn(6)});
  reference_.vector.merge(kNuuk, {.usn = Usn(7)});
  EXPECT_EQ(found().examined, 3U);
  EXPECT_EQ(found().not_there_yet, 1U);
  ASSERT_EQ(found().objects.size(), 1U);
  EXPECT_TRUE(found().objects.contains(collected));
  EXPECT_FALSE(found().objects.contains(on_its_way));
}

TEST_F(Lingering, OneThatChangedSinceLingersAsWell) {
  const ObjectId renamed = born(1, kNuuk, 8);
  Object object = *to_object(*transaction_->find(renamed));
  object.attributes.find(kName)->second.context.note(
      {.version = 1, .time = {}, .originator = kOslo, .usn = Usn(5)});
  object.usn = transaction_->next_usn();
  transaction_->put(to_row(object));
  reference_.vector.merge(kOslo, {.usn = Usn(6)});
  EXPECT_EQ(found().objects, (std::map{std::pair(renamed, object.usn)}));
}

TEST_F(Lingering, ChildrenGoBeforeTheirParentsAndWhatHasOthersBelowItStays) {
  const ObjectId parent = born(3, kOslo, 1);
  const ObjectId child = born(2, kOslo, 2, parent);
  const ObjectId other = born(4, kOslo, 3);
  const ObjectId stays = born(5, kOslo, 4, other);
  EXPECT_EQ(expunge(*transaction_, kCorp, {child, parent, other}), 2U);
  EXPECT_FALSE(transaction_->find(parent));
  EXPECT_FALSE(transaction_->find(child));
  EXPECT_TRUE(transaction_->find(other));
  EXPECT_TRUE(transaction_->find(stays));
}

}  // namespace
}  // namespace ringspan::tests
