// What the engine may rely on, whichever store it stands on (replicator/engine/store.hpp).

#include <atomic>
#include <thread>

#include "tests/contract/stores.hpp"

namespace ringspan::replicator::store {
namespace {

TYPED_TEST(StoreContract, NewStoreIsEmpty) {
  const auto snapshot = this->store_->read();
  EXPECT_EQ(snapshot->highest_usn(), Usn{0});
  EXPECT_FALSE(snapshot->find(kTop));
  EXPECT_FALSE(snapshot->child(kTop, "alice"));
  EXPECT_TRUE(changed_since(*snapshot, kCorp, Usn{0}).empty());
  EXPECT_TRUE(children(*snapshot, kTop).empty());
  EXPECT_TRUE(unplaced(*snapshot, kCorp).empty());
  EXPECT_TRUE(snapshot->vector(kCorp).cursors().empty());
  EXPECT_FALSE(snapshot->source(ControllerId{guid(1)}, kCorp));
  EXPECT_TRUE(snapshot->sources().empty());
  EXPECT_TRUE(journal(*snapshot).empty());
  EXPECT_EQ(snapshot->fact("forest"), "");
}

TYPED_TEST(StoreContract, RowComesBackByteForByte) {
  auto transaction = this->store_->begin();
  Row row = row_of(1, "alice", transaction->next_usn());
  row.stamps = std::string("\0\xFF\x80 \1", 5);
  row.values = "";
  transaction->put(row);
  EXPECT_EQ(transaction->find(row.id), row);
  transaction->commit();
  EXPECT_EQ(this->store_->read()->find(row.id), row);
}

TYPED_TEST(StoreContract, SnapshotShowsOneStateWhateverIsCommittedMeanwhile) {
  this->put(row_of(1, "alice", {}));
  const auto before = this->store_->read();
  auto transaction = this->store_->begin();
  transaction->put(row_of(2, "bob", transaction->next_usn()));
  Row alice = row_of(1, "alicia", transaction->next_usn());
  transaction->put(alice);
  transaction->set_fact("forest", "corp");
  const auto during = this->store_->read();
  transaction->commit();
  const auto after = this->store_->read();

  for (const auto* old : {before.get(), during.get()}) {
    EXPECT_EQ(old->highest_usn(), Usn{1});
    EXPECT_EQ(old->find(alice.id)->name_key, "alice");
    EXPECT_FALSE(old->find(ObjectId{guid(2)}));
    EXPECT_FALSE(old->child(kTop, "alicia"));
    EXPECT_EQ(changed_since(*old, kCorp, Usn{0}).size(), 1U);
    EXPECT_EQ(old->fact("forest"), "");
  }
  EXPECT_EQ(after->highest_usn(), Usn{3});
  EXPECT_EQ(after->find(alice.id), alice);
  EXPECT_EQ(after->child(kTop, "alicia"), alice.id);
  EXPECT_FALSE(after->child(kTop, "alice"));
  EXPECT_EQ(after->fact("forest"), "corp");
}

TYPED_TEST(StoreContract, SnapshotsMayBeReadByOtherThreadsWhileATransactionCommits) {
  // Each transaction moves every row to a new USN at once: a reader never sees two ages mixed.
  constexpr std::uint8_t kRows = 8;
  std::atomic<bool> over{false};
  std::atomic<int> torn{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!over) {
        const auto snapshot = this->store_->read();
        const auto rows = changed_since(*snapshot, kCorp, Usn{0});
        if (rows.empty()) continue;
        const bool whole = rows.size() == kRows && rows.back().usn == snapshot->highest_usn() &&
                           rows.front().usn.value + kRows - 1 == rows.back().usn.value;
        if (!whole) ++torn;
      }
    });
  }
  for (int round = 0; round < 100; ++round) {
    auto transaction = this->store_->begin();
    for (std::uint8_t i = 1; i <= kRows; ++i) {
      transaction->put(
          row_of(i, std::string(1, static_cast<char>('a' + i)), transaction->next_usn()));
    }
    transaction->commit();
  }
  over = true;
  for (auto& reader : readers)
    reader.join();
  EXPECT_EQ(torn, 0);
}

TYPED_TEST(StoreContract, TransactionWithoutCommitNeverWas) {
  this->put(row_of(1, "alice", {}));
  {
    auto transaction = this->store_->begin();
    transaction->put(row_of(1, "alicia", transaction->next_usn()));
    transaction->put(row_of(2, "alice", transaction->next_usn()));
    transaction->set_vector(kCorp, vector_of({{5, 6}}));
    transaction->set_source(source_of(7, kCorp));
    transaction->journal(entry_of(1, "title", 4));
    transaction->set_fact("forest", "corp");
    EXPECT_EQ(transaction->child(kTop, "alice"), ObjectId{guid(2)});
  }
  const auto snapshot = this->store_->read();
  EXPECT_EQ(snapshot->highest_usn(), Usn{1});
  EXPECT_EQ(snapshot->find(ObjectId{guid(1)}), row_of(1, "alice", Usn{1}));
  EXPECT_EQ(snapshot->child(kTop, "alice"), ObjectId{guid(1)});
  EXPECT_FALSE(snapshot->find(ObjectId{guid(2)}));
  EXPECT_TRUE(snapshot->vector(kCorp).cursors().empty());
  EXPECT_TRUE(snapshot->sources().empty());
  EXPECT_TRUE(journal(*snapshot).empty());
  EXPECT_EQ(snapshot->fact("forest"), "");
  EXPECT_EQ(this->store_->begin()->next_usn(), Usn{2});
}

TYPED_TEST(StoreContract, UndoTakesBackWhatCameAfterTheMark) {
  auto transaction = this->store_->begin();
  transaction->put(row_of(1, "alice", transaction->next_usn()));
  transaction->mark();
  transaction->put(row_of(2, "bob", transaction->next_usn()));
  transaction->put(row_of(1, "alicia", transaction->next_usn()));
  transaction->set_fact("forest", "corp");
  transaction->journal(entry_of(1, "title", 4));
  transaction->set_source(source_of(7, kCorp));
  transaction->set_vector(kCorp, vector_of({{5, 6}}));
  transaction->undo();
  EXPECT_EQ(transaction->highest_usn(), Usn{1});
  EXPECT_EQ(transaction->child(kTop, "alice"), ObjectId{guid(1)});
  EXPECT_FALSE(transaction->find(ObjectId{guid(2)}));
  EXPECT_EQ(transaction->fact("forest"), "");
  EXPECT_TRUE(journal(*transaction).empty());
  EXPECT_TRUE(transaction->sources().empty());
  EXPECT_TRUE(transaction->vector(kCorp).cursors().empty());
  EXPECT_EQ(transaction->next_usn(), Usn{2});
  transaction->commit();
  EXPECT_EQ(this->store_->read()->highest_usn(), Usn{2});
}

TYPED_TEST(StoreContract, NewMarkReplacesTheOldOneAndStaysAfterUndo) {
  auto transaction = this->store_->begin();
  transaction->mark();
  transaction->put(row_of(1, "a", transaction->next_usn()));
  transaction->mark();
  transaction->put(row_of(2, "b", transaction->next_usn()));
  transaction->undo();
  transaction->put(row_of(3, "c", transaction->next_usn()));
  transaction->undo();
  transaction->undo();
  EXPECT_TRUE(transaction->find(ObjectId{guid(1)}));
  EXPECT_FALSE(transaction->find(ObjectId{guid(2)}));
  EXPECT_FALSE(transaction->find(ObjectId{guid(3)}));
  transaction->commit();
  EXPECT_EQ(changed_since(*this->store_->read(), kCorp, Usn{0}).size(), 1U);
}

TYPED_TEST(StoreContract, UsnsRiseByOneAndSurviveInBetweenWithoutRows) {
  for (std::uint64_t expected = 1; expected < 6; ++expected) {
    auto transaction = this->store_->begin();
    EXPECT_EQ(transaction->next_usn(), Usn{expected});
    EXPECT_EQ(transaction->highest_usn(), Usn{expected});
    transaction->commit();
  }
}

TYPED_TEST(StoreContract, ChangesComeInTheOrderOfUsnsAboveTheBoundAndOfOneContext) {
  auto transaction = this->store_->begin();
  for (const std::uint8_t number : std::vector<std::uint8_t>{9, 3, 7, 1}) {
    transaction->put(
        row_of(number, std::string(1, static_cast<char>('a' + number)), transaction->next_usn()));
  }
  Row elsewhere = row_of(20, "x", transaction->next_usn());
  elsewhere.naming_context = kOther;
  transaction->put(elsewhere);
  transaction->put(row_of(9, "j", transaction->next_usn()));
  transaction->commit();

  const auto snapshot = this->store_->read();
  std::vector<std::uint64_t> usns;
  for (const auto& row : changed_since(*snapshot, kCorp, Usn{2}))
    usns.push_back(row.usn.value);
  EXPECT_EQ(usns, (std::vector<std::uint64_t>{3, 4, 6}));
  EXPECT_TRUE(changed_since(*snapshot, kCorp, Usn{6}).empty());
  EXPECT_EQ(changed_since(*snapshot, kOther, Usn{0}), std::vector{elsewhere});

  int seen = 0;
  snapshot->changed_since(kCorp, Usn{0}, [&](const Row&) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TYPED_TEST(StoreContract, ChildrenComeInTheOrderOfIdsWithThoseThatClaimNoName) {
  auto transaction = this->store_->begin();
  Row gone = row_of(5, "", transaction->next_usn());
  gone.deleted = true;
  Row lost = row_of(2, "", transaction->next_usn());
  lost.unplaced = true;
  const Row alice = row_of(4, "alice", transaction->next_usn());
  Row elsewhere = row_of(3, "alice", transaction->next_usn());
  elsewhere.parent = alice.id;
  for (const Row& row : {gone, lost, alice, elsewhere})
    transaction->put(row);
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(children(*snapshot, kTop), (std::vector{lost, alice, gone}));
  EXPECT_EQ(children(*snapshot, alice.id), std::vector{elsewhere});
  EXPECT_EQ(snapshot->child(kTop, "alice"), alice.id);
  EXPECT_EQ(snapshot->child(alice.id, "alice"), elsewhere.id);
  EXPECT_FALSE(snapshot->child(kTop, "alic"));
}

TYPED_TEST(StoreContract, VisitorMayReadOnFromWhereItIs) {
  auto transaction = this->store_->begin();
  const Row top = row_of(1, "top", transaction->next_usn());
  Row below = row_of(2, "below", transaction->next_usn());
  below.parent = top.id;
  Row leaf = row_of(3, "leaf", transaction->next_usn());
  leaf.parent = below.id;
  for (const Row& row : {top, below, leaf})
    transaction->put(row);
  std::vector<std::string> path;
  const Snapshot::RowVisitor walk = [&](const Row& row) {
    path.push_back(row.name_key);
    transaction->children(row.id, walk);
    return true;
  };
  transaction->children(kTop, walk);
  EXPECT_EQ(path, (std::vector<std::string>{"top", "below", "leaf"}));
}

TYPED_TEST(StoreContract, NameMayBePassedOnWithinATransaction) {
  this->put(row_of(1, "alice", {}));
  auto transaction = this->store_->begin();
  transaction->put(row_of(1, "alice*1", transaction->next_usn()));
  transaction->put(row_of(2, "alice", transaction->next_usn()));
  transaction->commit();
  EXPECT_EQ(this->store_->read()->child(kTop, "alice"), ObjectId{guid(2)});
}

TYPED_TEST(StoreContract, NameClaimedTwiceBreaksTheContract) {
  this->put(row_of(1, "alice", {}));
  auto transaction = this->store_->begin();
  const Row second = row_of(2, "alice", transaction->next_usn());
  EXPECT_DEATH(transaction->put(second), "contract broken");
}

TYPED_TEST(StoreContract, UsnThatWasNotGivenOutOrIsBorneTwiceBreaksTheContract) {
  this->put(row_of(1, "alice", {}));
  auto transaction = this->store_->begin();
  EXPECT_DEATH(transaction->put(row_of(2, "bob", Usn{2})), "contract broken");
  EXPECT_DEATH(transaction->put(row_of(2, "bob", Usn{0})), "contract broken");
  EXPECT_DEATH(transaction->put(row_of(2, "bob", Usn{1})), "contract broken");
}

TYPED_TEST(StoreContract, WritingFromAVisitorBreaksTheContract) {
  this->put(row_of(1, "alice", {}));
  auto transaction = this->store_->begin();
  const Usn usn = transaction->next_usn();
  EXPECT_DEATH(transaction->changed_since(kCorp, Usn{0},
                                          [&](const Row& row) {
                                            Row next = row;
                                            next.usn = usn;
                                            transaction->put(next);
                                            return true;
                                          }),
               "contract broken");
}

TYPED_TEST(StoreContract, UnplacedRowsAreFoundUntilTheyHaveAPlace) {
  auto transaction = this->store_->begin();
  for (const std::uint8_t number : std::vector<std::uint8_t>{8, 2, 5}) {
    Row row = row_of(number, "", transaction->next_usn());
    row.unplaced = number != 5;
    transaction->put(row);
  }
  transaction->commit();
  const auto before = this->store_->read();
  ASSERT_EQ(unplaced(*before, kCorp).size(), 2U);
  EXPECT_EQ(unplaced(*before, kCorp).front().id, ObjectId{guid(2)});
  EXPECT_TRUE(unplaced(*before, kOther).empty());
  this->put(row_of(2, "two", {}));
  const auto after = this->store_->read();
  ASSERT_EQ(unplaced(*after, kCorp).size(), 1U);
  EXPECT_EQ(unplaced(*after, kCorp).front().id, ObjectId{guid(8)});
}

TYPED_TEST(StoreContract, JournalKeepsTheFirstEntryOfAnIdentityInTheOrderOfKeeping) {
  auto transaction = this->store_->begin();
  JournalEntry first = entry_of(9, "title", 4);
  transaction->journal(first);
  JournalEntry again = first;
  again.noticed += std::chrono::hours(1);
  again.kept_values = {"other"};
  transaction->journal(again);
  transaction->journal(entry_of(1, "title", 4));
  transaction->commit();
  transaction = this->store_->begin();
  transaction->journal(again);
  transaction->journal(entry_of(9, "phone", 4));
  transaction->journal(entry_of(9, "title", 5));
  transaction->commit();
  EXPECT_EQ(journal(*this->store_->read()),
            (std::vector{first, entry_of(1, "title", 4), entry_of(9, "phone", 4),
                         entry_of(9, "title", 5)}));
}

TYPED_TEST(StoreContract, FactsAreReplaced) {
  auto transaction = this->store_->begin();
  transaction->set_fact("forest", "corp");
  transaction->set_fact("invocation", std::string("\0\1\2", 3));
  transaction->set_fact("forest", "other");
  EXPECT_EQ(transaction->fact("forest"), "other");
  transaction->commit();
  EXPECT_EQ(this->store_->read()->fact("forest"), "other");
  EXPECT_EQ(this->store_->read()->fact("invocation"), std::string("\0\1\2", 3));
  EXPECT_EQ(this->store_->read()->fact("Forest"), "");
}

TYPED_TEST(StoreContract, SourcesComeInTheOrderOfSourceThenContext) {
  auto transaction = this->store_->begin();
  for (const auto& record : {source_of(2, kCorp), source_of(1, kOther), source_of(1, kCorp)}) {
    transaction->set_source(record);
  }
  SourceRecord changed = source_of(2, kCorp);
  changed.error.clear();
  changed.failures = 0;
  transaction->set_source(changed);
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(snapshot->sources(), (std::vector{source_of(1, kCorp), source_of(1, kOther), changed}));
  EXPECT_EQ(snapshot->source(ControllerId{guid(2)}, kCorp), changed);
  EXPECT_FALSE(snapshot->source(ControllerId{guid(2)}, kOther));
}

TYPED_TEST(StoreContract, VectorIsReplacedAsAWhole) {
  auto transaction = this->store_->begin();
  transaction->set_vector(kCorp, vector_of({{1, 10}, {2, 20}, {3, 30}}));
  transaction->set_vector(kOther, vector_of({{1, 5}}));
  transaction->commit();
  transaction = this->store_->begin();
  transaction->set_vector(kCorp, vector_of({{2, 20}, {3, 31}, {4, 1}}));
  transaction->commit();
  const auto snapshot = this->store_->read();
  EXPECT_EQ(snapshot->vector(kCorp), vector_of({{2, 20}, {3, 31}, {4, 1}}));
  EXPECT_EQ(snapshot->vector(kOther), vector_of({{1, 5}}));
}

}  // namespace
}  // namespace ringspan::replicator::store
