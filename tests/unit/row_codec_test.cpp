#include <string>

#include <gtest/gtest.h>

#include "replicator/engine/row.hpp"
#include "tests/unit/random_values.hpp"

namespace ringspan::replicator {
namespace {

/// Whatever the bytes: an Error, or an object of which every question has an answer.
void expect_harmless(const Row& row) {
  if (const auto object = to_object(row)) {
    EXPECT_EQ(object->placement().parent, row.parent);
    EXPECT_EQ(object->deleted(), row.deleted);
    EXPECT_TRUE(read_stamps(row).has_value());
    EXPECT_EQ(to_object(to_row(*object)), *object);
  } else {
    EXPECT_EQ(object.error().code, base::Errc::damaged);
    EXPECT_NE(object.error().message.find(row.id.value.to_string()), std::string::npos);
  }
  if (const auto stamps = read_stamps(row); !stamps) {
    EXPECT_EQ(stamps.error().code, base::Errc::damaged);
  }
}

TEST(RowCodec, EveryObjectComesBack) {
  base::Rng rng(1);
  for (int i = 0; i < 2'000; ++i) {
    const Object object = tests::random_object(rng);
    EXPECT_EQ(to_object(to_row(object)), object);
  }
}

TEST(RowCodec, StampsAreReadWithoutTheValues) {
  base::Rng rng(2);
  for (int i = 0; i < 500; ++i) {
    const Object object = tests::random_object(rng);
    Row row = to_row(object);
    row.values.clear();
    const auto stamps = read_stamps(row);
    ASSERT_TRUE(stamps.has_value());
    ASSERT_EQ(stamps->size(), object.attributes.size());
    auto expected = object.attributes.begin();
    for (const auto& [name, stamp, local] : *stamps) {
      EXPECT_EQ(name, expected->first);
      EXPECT_EQ(stamp, expected->second.stamp);
      EXPECT_EQ(local, expected->second.local);
      ++expected;
    }
  }
}

TEST(RowCodec, OnlyALivingObjectThatHasAPlaceBelowAnotherClaimsItsName) {
  Object object{.id = ObjectId{base::Guid::from_name({}, "alice")},
                .naming_context = {},
                .attributes = {},
                .usn = Usn{1},
                .unplaced = false};
  const ObjectId parent{base::Guid::from_name({}, "people")};
  object.attributes["name"].values = to_values({parent, sites::Rdn{"cn", "Alice"}});
  EXPECT_EQ(to_row(object).name_key, "alice");
  EXPECT_EQ(to_row(object).parent, parent);

  object.unplaced = true;
  EXPECT_EQ(to_row(object).name_key, "");
  object.unplaced = false;
  object.attributes["isdeleted"].values = {"TRUE"};
  EXPECT_EQ(to_row(object).name_key, "");
  EXPECT_TRUE(to_row(object).deleted);
  object.attributes.erase("isdeleted");
  object.attributes["name"].values = to_values({ObjectId{}, sites::Rdn{"dc", "corp"}});
  EXPECT_EQ(to_row(object).name_key, "");
}

TEST(RowCodec, OtherVersionIsDamaged) {
  base::Rng rng(3);
  const Row row = to_row(tests::random_object(rng));
  for (const auto part : {&Row::stamps, &Row::values}) {
    Row other = row;
    (other.*part)[0] = 2;
    EXPECT_EQ(to_object(other).error().code, base::Errc::damaged);
  }
}

TEST(RowCodec, ColumnsMustAgreeWithTheBytes) {
  base::Rng rng(4);
  const Row row = to_row(tests::random_object(rng));
  Row moved = row;
  moved.parent = ObjectId{rng.guid()};
  EXPECT_EQ(to_object(moved).error().code, base::Errc::damaged);
  Row killed = row;
  killed.deleted = !killed.deleted;
  EXPECT_EQ(to_object(killed).error().code, base::Errc::damaged);
}

TEST(RowCodec, EveryTruncationIsDamaged) {
  base::Rng rng(5);
  for (int i = 0; i < 50; ++i) {
    const Row row = to_row(tests::random_object(rng));
    for (const auto part : {&Row::stamps, &Row::values}) {
      for (std::size_t length = 0; length < (row.*part).size(); ++length) {
        Row cut = row;
        (cut.*part).resize(length);
        EXPECT_FALSE(to_object(cut).has_value());
        expect_harmless(cut);
      }
    }
  }
}

TEST(RowCodec, NoCorruptionIsWorseThanAnError) {
  base::Rng rng(6);
  for (int i = 0; i < 10'000; ++i) {
    Row row = to_row(tests::random_object(rng));
    auto& part = rng.chance(1, 2) ? row.stamps : row.values;
    part = tests::corrupted(rng, std::move(part));
    expect_harmless(row);
  }
}

}  // namespace
}  // namespace ringspan::replicator
