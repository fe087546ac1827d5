// What a conflict's loser becomes when it is wanted back, and when that is refused.

#include "replicator/engine/restore.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "replicator/engine/engine.hpp"
#include "replicator/engine/settle_links.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/numbered.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

constexpr base::Time kNow{std::chrono::days(19'000)};

const char* const kForest = R"({
  "name": "corp", "domains": [{"dn": "dc=corp,dc=example"}], "sites": [{"name": "oslo"}],
  "controllers": [{"name": "oslo-1", "site": "oslo", "address": "127.0.0.1:4001"}]})";

class Restore : public testing::Test, protected OneReplica {
 protected:
  Restore() : OneReplica(*sites::read_forest(kForest, "test.json"), kNow) {
    staff_ = write(Add{dn("cn=staff,ou=groups"), {}}).object;
    alice_ = write(Add{dn("cn=alice,ou=people"), {{"title", {"A"}}}}).object;
  }

  static sites::Dn dn(const char* text) { return *sites::Dn::parse(text); }

  Written write(Write write) {
    const auto result = asked(std::move(write));
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result.value_or(Written{});
  }

  static JournalEntry lost(ConflictKind kind, ObjectId object, std::string attribute,
                           std::vector<std::string> values, std::vector<std::string> kept = {}) {
    return {.kind = kind,
            .naming_context = {},
            .object = object,
            .attribute = std::move(attribute),
            .lost = {.version = 2, .originator = id<InvocationId>(9), .usn = Usn(7)},
            .lost_values = std::move(values),
            .kept = {},
            .kept_values = std::move(kept)};
  }

  /// Carries the restoration out; the reason where it is refused, by whomever.
  std::string restored(const JournalEntry& entry) {
    const auto way = restoration(*store_.read(), identity_.contexts, entry);
    if (!way) return way.error().message;
    const auto result = asked(*way);
    return result ? "" : result.error().message;
  }

  std::string refused(const JournalEntry& entry, base::Errc code) {
    const auto way = restoration(*store_.read(), identity_.contexts, entry);
    EXPECT_FALSE(way);
    if (way) return {};
    EXPECT_EQ(way.error().code, code);
    return way.error().message;
  }

  std::string dn_of(ObjectId object) {
    const auto snapshot = store_.read();
    const Directory directory(*snapshot, identity_.contexts);
    return directory.short_dn_of(*directory.object(object));
  }

  std::vector<std::string> values(ObjectId object, const char* attribute) {
    const auto snapshot = store_.read();
    const auto read = *Directory(*snapshot, identity_.contexts).object(object);
    const auto at = read.attributes.find(attribute);
    return at == read.attributes.end() ? std::vector<std::string>{} : at->second.values;
  }

  ObjectId parent_of(ObjectId object) { return store_.read()->find(object)->parent; }

  bool is_member(ObjectId object) {
    const auto link =
        store_.read()->link({.source = staff_, .attribute = "member", .target = object});
    return link && link->present;
  }

  ObjectId staff_;
  ObjectId alice_;
};

TEST_F(Restore, AValueIsWrittenAnewAndIsTheLatest) {
  EXPECT_EQ(restored(lost(ConflictKind::attribute, alice_, "title", {"B"}, {"A"})), "");
  EXPECT_EQ(values(alice_, "title"), std::vector<std::string>{"B"});
  const auto row = store_.read()->find(alice_);
  EXPECT_EQ(to_object(*row)->attributes.at("title").stamp.version, 2U);
}

TEST_F(Restore, ARemovalRemoves) {
  EXPECT_EQ(restored(lost(ConflictKind::attribute, alice_, "title", {}, {"A"})), "");
  EXPECT_TRUE(values(alice_, "title").empty());
  EXPECT_EQ(refused(lost(ConflictKind::attribute, alice_, "title", {}, {"A"}), base::Errc::refused),
            "cn=alice,ou=people: has no title already");
}

TEST_F(Restore, WhatStandsAlreadyIsNotWrittenAgain) {
  EXPECT_EQ(refused(lost(ConflictKind::attribute, alice_, "title", {"A"}), base::Errc::refused),
            "cn=alice,ou=people: has this title already");
}

TEST_F(Restore, WhereTheLoserStillStandsTheWinnerIsAwaited) {
  JournalEntry entry = lost(ConflictKind::attribute, alice_, "title", {"A"}, {"B"});
  entry.lost = to_object(*store_.read()->find(alice_))->attributes.at("title").stamp;
  EXPECT_EQ(refused(entry, base::Errc::refused),
            "cn=alice,ou=people: what its title lost to has not arrived here yet; restore it where "
            "it has, or later");
}

TEST_F(Restore, AnEditLostToADeletionWaitsForTheUndeletion) {
  const auto entry = lost(ConflictKind::deletion, alice_, "title", {"B"});
  write(Delete{.target = alice_});
  EXPECT_EQ(refused(entry, base::Errc::refused),
            "cn=alice,ou=people: is deleted; undelete " + alice_.value.to_string() + " first");
  write(Undelete{.target = alice_});
  EXPECT_EQ(restored(entry), "");
  EXPECT_EQ(values(alice_, "title"), std::vector<std::string>{"B"});
}

TEST_F(Restore, ALinkIsAddedAndARemovalOfOneRemovesIt) {
  EXPECT_EQ(restored(lost(ConflictKind::link, staff_, "member", {value_of(alice_)})), "");
  EXPECT_TRUE(is_member(alice_));
  EXPECT_EQ(
      refused(lost(ConflictKind::link, staff_, "member", {value_of(alice_)}), base::Errc::refused),
      "cn=staff,ou=groups: cn=alice,ou=people is a value of member already");
  EXPECT_EQ(restored(lost(ConflictKind::link, staff_, "member", {}, {value_of(alice_)})), "");
  EXPECT_FALSE(is_member(alice_));
}

TEST_F(Restore, ALinkLostToADeletionIsALinkAndItsTargetMustLive) {
  const auto entry = lost(ConflictKind::deletion, staff_, "member", {value_of(alice_)});
  write(Delete{.target = alice_});
  EXPECT_EQ(refused(entry, base::Errc::refused),
            "cn=alice,ou=people: is deleted; undelete " + alice_.value.to_string() + " first");
  write(Undelete{.target = alice_});
  EXPECT_EQ(restored(entry), "");
  EXPECT_TRUE(is_member(alice_));
}

TEST_F(Restore, ANameComesBackWhereItIsFree) {
  const ObjectId people = parent_of(alice_);
  const auto name = [&](const char* value, ObjectId parent) {
    return lost(ConflictKind::name, alice_, std::string(kName),
                to_values({.parent = parent, .rdn = {.type = "cn", .value = value}}));
  };
  EXPECT_EQ(refused(name("alice", people), base::Errc::refused),
            "cn=alice,ou=people: stands there under this name already");
  EXPECT_EQ(restored(name("alicia", people)), "");
  EXPECT_EQ(dn_of(alice_), "cn=alicia,ou=people");
  const ObjectId bo = write(Add{dn("cn=bo,ou=people"), {}}).object;
  EXPECT_NE(restored(name("bo", people)).find("there is cn=bo,ou=people"), std::string::npos);
  write(Move{.target = bo, .parent = staff_});
  // Another parent and another name: by way of the step that is free.
  write(Add{dn("cn=alicia,cn=staff,ou=groups"), {}});
  EXPECT_EQ(restored(name("al", staff_)), "");
  EXPECT_EQ(dn_of(alice_), "cn=al,cn=staff,ou=groups");
}

TEST_F(Restore, APlaceBelowADeletedParentWaitsForIt) {
  const ObjectId harbour = write(Add{dn("ou=harbour"), {}}).object;
  write(Delete{.target = harbour});
  const auto entry = lost(ConflictKind::orphan, alice_, std::string(kName),
                          to_values({.parent = harbour, .rdn = {.type = "cn", .value = "alice"}}));
  EXPECT_EQ(refused(entry, base::Errc::refused),
            "ou=harbour: is deleted; undelete " + harbour.value.to_string() + " first");
  write(Undelete{.target = harbour});
  EXPECT_EQ(restored(entry), "");
  EXPECT_EQ(dn_of(alice_), "cn=alice,ou=harbour");
}

TEST_F(Restore, ADeletionThatLostDeletesAndAnUndeletionUndeletes) {
  const auto deletion = lost(ConflictKind::attribute, alice_, std::string(kIsDeleted), {"TRUE"});
  const auto undeletion = lost(ConflictKind::attribute, alice_, std::string(kIsDeleted), {});
  EXPECT_EQ(refused(undeletion, base::Errc::refused), "cn=alice,ou=people: is not deleted");
  EXPECT_EQ(restored(deletion), "");
  EXPECT_EQ(refused(deletion, base::Errc::refused), "cn=alice,ou=people: is deleted already");
  EXPECT_EQ(restored(undeletion), "");
  EXPECT_EQ(dn_of(alice_), "cn=alice,ou=people");
}

TEST_F(Restore, AnObjectThatIsNotHeldIsNotFound) {
  refused(lost(ConflictKind::attribute, id<ObjectId>(42), "title", {"B"}), base::Errc::not_found);
}

TEST(ConflictId, IsOfTheLosingWriteAndOfNothingElse) {
  JournalEntry entry{.object = id<ObjectId>(1),
                     .attribute = "title",
                     .lost = {.version = 2, .originator = id<InvocationId>(9), .usn = Usn(7)}};
  const std::string named = conflict_id(entry);
  EXPECT_EQ(named.size(), 12U);
  EXPECT_EQ(named.find_first_not_of("0123456789abcdef"), std::string::npos);
  entry.kept = {.version = 3, .originator = id<InvocationId>(8), .usn = Usn(1)};
  entry.noticed = kNow;
  EXPECT_EQ(conflict_id(entry), named);
  entry.lost.usn = Usn(8);
  EXPECT_NE(conflict_id(entry), named);
}

}  // namespace
}  // namespace ringspan::tests
