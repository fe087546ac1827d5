// What the engine may rely on of naming contexts as a whole, whichever store it stands on.

#include "tests/contract/stores.hpp"

namespace ringspan::replicator::store {
namespace {

using Contexts = std::vector<NamingContextId>;

Row row_in(NamingContextId context, std::uint8_t number, Usn usn) {
  Row row = row_of(number, std::string(1, static_cast<char>('a' + number)), usn);
  row.naming_context = context;
  return row;
}

TYPED_TEST(StoreContract, ContextsAreThoseOfWhichAnythingIsKept) {
  EXPECT_EQ(this->store_->read()->contexts(), Contexts{});
  const NamingContextId linked{guid(1)};
  const NamingContextId known{guid(2)};
  const NamingContextId pulled{guid(3)};
  auto transaction = this->store_->begin();
  transaction->put(row_in(kOther, 1, transaction->next_usn()));
  transaction->put(row_in(kCorp, 2, transaction->next_usn()));
  transaction->put(row_in(kCorp, 3, transaction->next_usn()));
  Link link = link_of(1, "member", 2, transaction->next_usn());
  link.naming_context = linked;
  transaction->put(link);
  transaction->set_vector(known, vector_of({{5, 6}}));
  transaction->set_vector(NamingContextId{guid(4)}, {});
  transaction->set_source(source_of(7, pulled));
  const Contexts expected{linked, known, pulled, kCorp, kOther};
  EXPECT_EQ(transaction->contexts(), expected);
  transaction->commit();
  EXPECT_EQ(this->store_->read()->contexts(), expected);
}

TYPED_TEST(StoreContract, AForgottenContextLeavesNothingAndTheOthersAlone) {
  auto transaction = this->store_->begin();
  Row unplaced = row_in(kOther, 1, transaction->next_usn());
  unplaced.name_key.clear();
  unplaced.unplaced = true;
  unplaced.links_unsettled = true;
  transaction->put(unplaced);
  transaction->put(row_in(kOther, 2, transaction->next_usn()));
  const Row stays = row_in(kCorp, 3, transaction->next_usn());
  transaction->put(stays);
  Link theirs = link_of(1, "member", 3, transaction->next_usn());
  theirs.naming_context = kOther;
  const Link ours = link_of(3, "member", 1, transaction->next_usn());
  transaction->put(theirs);
  transaction->put(ours);
  for (const auto context : {kCorp, kOther}) {
    transaction->set_vector(context, vector_of({{5, 6}}));
    transaction->set_source(source_of(7, context));
  }
  transaction->journal(entry_of(1, "title", 4));
  transaction->set_fact("forest", "corp");
  transaction->commit();
  const auto before = this->store_->read();

  transaction = this->store_->begin();
  transaction->forget(kOther);
  transaction->commit();
  const auto after = this->store_->read();
  EXPECT_EQ(after->contexts(), Contexts{kCorp});
  EXPECT_FALSE(after->find(unplaced.id));
  EXPECT_FALSE(after->child(kTop, "c"));
  EXPECT_TRUE(store::unplaced(*after, kOther).empty());
  EXPECT_TRUE(links_unsettled(*after, kOther).empty());
  EXPECT_TRUE(all_changed_since(*after, kOther, Usn{0}).empty());
  EXPECT_FALSE(after->link(theirs.id));
  EXPECT_TRUE(links_to(*after, stays.id).empty());
  EXPECT_TRUE(after->vector(kOther).cursors().empty());
  EXPECT_FALSE(after->source(ControllerId{guid(7)}, kOther));
  EXPECT_EQ(after->find(stays.id), stays);
  EXPECT_EQ(after->link(ours.id), ours);
  EXPECT_EQ(after->vector(kCorp), vector_of({{5, 6}}));
  EXPECT_TRUE(after->source(ControllerId{guid(7)}, kCorp));
  EXPECT_EQ(after->highest_usn(), before->highest_usn());
  EXPECT_EQ(journal(*after).size(), 1U);
  EXPECT_EQ(after->fact("forest"), "corp");
  EXPECT_EQ(before->contexts(), (Contexts{kCorp, kOther}));
  EXPECT_TRUE(before->find(unplaced.id));
}

TYPED_TEST(StoreContract, AForgottenContextComesBackWithUndo) {
  auto transaction = this->store_->begin();
  const Row row = row_in(kOther, 1, transaction->next_usn());
  transaction->put(row);
  Link link = link_of(1, "member", 3, transaction->next_usn());
  link.naming_context = kOther;
  transaction->put(link);
  transaction->set_vector(kOther, vector_of({{5, 6}}));
  transaction->set_source(source_of(7, kOther));
  transaction->mark();
  transaction->forget(kOther);
  EXPECT_EQ(transaction->contexts(), Contexts{});
  transaction->undo();
  EXPECT_EQ(transaction->contexts(), Contexts{kOther});
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(snapshot->find(row.id), row);
  EXPECT_EQ(snapshot->child(kTop, row.name_key), row.id);
  EXPECT_EQ(snapshot->link(link.id), link);
  EXPECT_EQ(snapshot->vector(kOther), vector_of({{5, 6}}));
  EXPECT_EQ(snapshot->sources(), std::vector{source_of(7, kOther)});
}

}  // namespace
}  // namespace ringspan::replicator::store
