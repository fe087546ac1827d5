// What the engine may rely on of links, whichever store it stands on.

#include "tests/contract/stores.hpp"

namespace ringspan::replicator::store {
namespace {

TYPED_TEST(StoreContract, LinkComesBackAndIsReplaced) {
  auto transaction = this->store_->begin();
  const Link added = link_of(1, "member", 2, transaction->next_usn());
  transaction->put(added);
  EXPECT_EQ(transaction->link(added.id), added);
  transaction->commit();
  EXPECT_EQ(this->store_->read()->link(added.id), added);

  transaction = this->store_->begin();
  Link removed = added;
  removed.present = false;
  removed.stamp.version = 4;
  removed.usn = transaction->next_usn();
  transaction->put(removed);
  transaction->commit();
  EXPECT_EQ(this->store_->read()->link(added.id), removed);
  EXPECT_EQ(all_changed_since(*this->store_->read(), kCorp, Usn{0}),
            std::vector<std::string>{"2 link"});
  EXPECT_FALSE(this->store_->read()->link({added.id.target, "member", added.id.source}));
}

TYPED_TEST(StoreContract, LinksAreFoundFromBothEndsRemovedOnesToo) {
  auto transaction = this->store_->begin();
  const Link one = link_of(1, "member", 3, transaction->next_usn());
  const Link two = link_of(1, "member", 2, transaction->next_usn());
  const Link manager = link_of(1, "manager", 3, transaction->next_usn());
  Link other = link_of(4, "member", 3, transaction->next_usn());
  other.present = false;
  for (const Link& link : {one, two, manager, other})
    transaction->put(link);
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(links_from(*snapshot, ObjectId{guid(1)}), (std::vector{manager, two, one}));
  EXPECT_EQ(links_to(*snapshot, ObjectId{guid(3)}), (std::vector{manager, one, other}));
  EXPECT_TRUE(links_from(*snapshot, ObjectId{guid(3)}).empty());
  EXPECT_TRUE(links_to(*snapshot, ObjectId{guid(1)}).empty());
}

TYPED_TEST(StoreContract, RowsAndLinksComeInOneOrderOfUsnsAndOfOneContext) {
  auto transaction = this->store_->begin();
  transaction->put(row_of(1, "alice", transaction->next_usn()));
  transaction->put(link_of(1, "member", 2, transaction->next_usn()));
  transaction->put(row_of(2, "bob", transaction->next_usn()));
  Link elsewhere = link_of(3, "member", 2, transaction->next_usn());
  elsewhere.naming_context = kOther;
  transaction->put(elsewhere);
  transaction->put(link_of(2, "member", 1, transaction->next_usn()));
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(all_changed_since(*snapshot, kCorp, Usn{0}),
            (std::vector<std::string>{"1 row", "2 link", "3 row", "5 link"}));
  EXPECT_EQ(all_changed_since(*snapshot, kCorp, Usn{2}),
            (std::vector<std::string>{"3 row", "5 link"}));
  EXPECT_EQ(all_changed_since(*snapshot, kOther, Usn{0}), std::vector<std::string>{"4 link"});
  EXPECT_EQ(changed_since(*snapshot, kCorp, Usn{0}).size(), 2U);
  int seen = 0;
  snapshot->all_changed_since(kCorp, Usn{0}, [&](const auto&) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TYPED_TEST(StoreContract, LinksGoWithATransactionThatIsNotCommittedOrUndone) {
  {
    auto transaction = this->store_->begin();
    transaction->put(link_of(1, "member", 2, transaction->next_usn()));
  }
  auto transaction = this->store_->begin();
  const Link stays = link_of(1, "member", 3, transaction->next_usn());
  transaction->put(stays);
  transaction->mark();
  transaction->put(link_of(1, "member", 4, transaction->next_usn()));
  Link changed = stays;
  changed.present = false;
  changed.usn = transaction->next_usn();
  transaction->put(changed);
  transaction->undo();
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(links_from(*snapshot, ObjectId{guid(1)}), std::vector{stays});
  EXPECT_EQ(links_to(*snapshot, ObjectId{guid(3)}), std::vector{stays});
  EXPECT_TRUE(links_to(*snapshot, ObjectId{guid(4)}).empty());
}

TYPED_TEST(StoreContract, RowsWhoseLinksAreUnsettledAreFoundUntilTheyAreSettled) {
  auto transaction = this->store_->begin();
  for (const std::uint8_t number : std::vector<std::uint8_t>{8, 2, 5}) {
    Row row = row_of(number, "", transaction->next_usn());
    row.deleted = true;
    row.links_unsettled = number != 5;
    transaction->put(row);
  }
  transaction->commit();
  const auto before = this->store_->read();
  ASSERT_EQ(links_unsettled(*before, kCorp).size(), 2U);
  EXPECT_EQ(links_unsettled(*before, kCorp).front().id, ObjectId{guid(2)});
  EXPECT_TRUE(links_unsettled(*before, kOther).empty());
  this->put(row_of(2, "two", {}));
  ASSERT_EQ(links_unsettled(*this->store_->read(), kCorp).size(), 1U);
}

TYPED_TEST(StoreContract, LinkWhoseUsnWasNotGivenOutOrIsBorneTwiceBreaksTheContract) {
  auto transaction = this->store_->begin();
  EXPECT_DEATH(transaction->put(link_of(1, "member", 2, Usn{1})), "contract broken");
  transaction->put(link_of(1, "member", 2, transaction->next_usn()));
  EXPECT_DEATH(transaction->put(link_of(1, "member", 3, Usn{1})), "contract broken");
}

}  // namespace
}  // namespace ringspan::replicator::store
