// What the engine may rely on of what is dead, and of what is erased, whichever store it stands on.

#include <variant>

#include "tests/contract/stores.hpp"

namespace ringspan::replicator::store {
namespace {

std::vector<std::string> dead_since(const Snapshot& snapshot, NamingContextId context, Usn after) {
  std::vector<std::string> found;
  snapshot.dead_since(context, after, [&](const Snapshot::Changed& changed) {
    const bool link = std::holds_alternative<const Link*>(changed);
    const Usn usn = std::visit([](const auto* one) { return one->usn; }, changed);
    found.push_back(std::to_string(usn.value) + (link ? " link" : " row"));
    return true;
  });
  return found;
}

Row dead_row(std::uint8_t number, Usn usn) {
  Row row = row_of(number, "", usn);
  row.deleted = true;
  return row;
}

Link dead_link(std::uint8_t source, std::uint8_t target, Usn usn) {
  Link link = link_of(source, "member", target, usn);
  link.present = false;
  return link;
}

TYPED_TEST(StoreContract, TheDeadComeInTheOrderOfUsnsAndOfOneContext) {
  auto transaction = this->store_->begin();
  transaction->put(row_of(1, "alice", transaction->next_usn()));
  transaction->put(dead_row(2, transaction->next_usn()));
  transaction->put(link_of(1, "member", 2, transaction->next_usn()));
  transaction->put(dead_link(1, 3, transaction->next_usn()));
  Row elsewhere = dead_row(4, transaction->next_usn());
  elsewhere.naming_context = kOther;
  transaction->put(elsewhere);
  transaction->put(dead_row(5, transaction->next_usn()));
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(dead_since(*snapshot, kCorp, Usn{0}),
            (std::vector<std::string>{"2 row", "4 link", "6 row"}));
  EXPECT_EQ(dead_since(*snapshot, kCorp, Usn{2}), (std::vector<std::string>{"4 link", "6 row"}));
  EXPECT_EQ(dead_since(*snapshot, kOther, Usn{0}), std::vector<std::string>{"5 row"});
  int seen = 0;
  snapshot->dead_since(kCorp, Usn{0}, [&](const auto&) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TYPED_TEST(StoreContract, WhatDiesAndLivesAgainIsFoundAsItIs) {
  auto transaction = this->store_->begin();
  transaction->put(row_of(1, "alice", transaction->next_usn()));
  transaction->put(dead_row(1, transaction->next_usn()));
  transaction->put(link_of(1, "member", 2, transaction->next_usn()));
  transaction->put(dead_link(1, 2, transaction->next_usn()));
  EXPECT_EQ(dead_since(*transaction, kCorp, Usn{0}), (std::vector<std::string>{"2 row", "4 link"}));
  transaction->mark();
  transaction->put(row_of(1, "alice", transaction->next_usn()));
  transaction->put(link_of(1, "member", 2, transaction->next_usn()));
  EXPECT_TRUE(dead_since(*transaction, kCorp, Usn{0}).empty());
  transaction->undo();
  EXPECT_EQ(dead_since(*transaction, kCorp, Usn{0}), (std::vector<std::string>{"2 row", "4 link"}));
}

TYPED_TEST(StoreContract, WhatIsErasedLeavesNothingButItsUsn) {
  auto transaction = this->store_->begin();
  transaction->put(dead_row(1, transaction->next_usn()));
  const Link link = dead_link(1, 2, transaction->next_usn());
  transaction->put(link);
  transaction->put(row_of(2, "bob", transaction->next_usn()));
  transaction->commit();
  const auto before = this->store_->read();

  transaction = this->store_->begin();
  transaction->erase(ObjectId{guid(1)});
  transaction->erase(link.id);
  transaction->erase(ObjectId{guid(99)});  // there is none
  transaction->commit();
  const auto after = this->store_->read();
  EXPECT_FALSE(after->find(ObjectId{guid(1)}));
  EXPECT_FALSE(after->link(link.id));
  EXPECT_TRUE(links_to(*after, ObjectId{guid(2)}).empty());
  EXPECT_TRUE(dead_since(*after, kCorp, Usn{0}).empty());
  EXPECT_EQ(all_changed_since(*after, kCorp, Usn{0}), std::vector<std::string>{"3 row"});
  EXPECT_EQ(after->highest_usn(), Usn{3});
  EXPECT_TRUE(before->find(ObjectId{guid(1)})) << "a snapshot stays as it is";
}

TYPED_TEST(StoreContract, WhatIsErasedInVainIsThereAgain) {
  auto transaction = this->store_->begin();
  const Row row = dead_row(1, transaction->next_usn());
  transaction->put(row);
  const Link link = dead_link(1, 2, transaction->next_usn());
  transaction->put(link);
  transaction->mark();
  transaction->erase(row.id);
  transaction->erase(link.id);
  transaction->undo();
  EXPECT_EQ(transaction->find(row.id), row);
  EXPECT_EQ(transaction->link(link.id), link);
  EXPECT_EQ(dead_since(*transaction, kCorp, Usn{0}), (std::vector<std::string>{"1 row", "2 link"}));
}

TYPED_TEST(StoreContract, ACursorKeepsWhoseItIsAndItsHorizon) {
  UpToDatenessVector vector;
  const Cursor cursor{.usn = Usn{7},
                      .time = base::Time(base::Duration(1000)),
                      .horizon = base::Time(base::Duration(900)),
                      .controller = ControllerId{guid(5)}};
  vector.merge(InvocationId{guid(6)}, cursor);
  auto transaction = this->store_->begin();
  transaction->set_vector(kCorp, vector);
  transaction->commit();
  EXPECT_EQ(this->store_->read()->vector(kCorp), vector);
}

}  // namespace
}  // namespace ringspan::replicator::store
