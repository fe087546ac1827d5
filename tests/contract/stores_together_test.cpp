// Both stores, step by step: what one shows the other shows.

#include "base/rng.hpp"
#include "tests/contract/stores.hpp"

namespace ringspan::replicator::store {
namespace {

/// Everything that a snapshot shows.
void expect_equal(const Snapshot& ours, const Snapshot& theirs, base::Rng& rng) {
  ASSERT_EQ(ours.highest_usn(), theirs.highest_usn());
  const Usn after{rng.below(ours.highest_usn().value + 1)};
  for (const auto context : {kCorp, kOther}) {
    ASSERT_EQ(changed_since(ours, context, after), changed_since(theirs, context, after));
    ASSERT_EQ(all_changed_since(ours, context, after), all_changed_since(theirs, context, after));
    ASSERT_EQ(unplaced(ours, context), unplaced(theirs, context));
    ASSERT_EQ(links_unsettled(ours, context), links_unsettled(theirs, context));
    ASSERT_EQ(ours.vector(context), theirs.vector(context));
  }
  ASSERT_EQ(ours.contexts(), theirs.contexts());
  for (std::uint8_t i = 0; i < 24; ++i) {
    const ObjectId id{guid(i)};
    ASSERT_EQ(ours.find(id), theirs.find(id));
    ASSERT_EQ(children(ours, id), children(theirs, id));
    ASSERT_EQ(links_from(ours, id), links_from(theirs, id));
    ASSERT_EQ(links_to(ours, id), links_to(theirs, id));
    const std::string name(1, static_cast<char>('a' + rng.below(6)));
    ASSERT_EQ(ours.child(id, name), theirs.child(id, name));
    ASSERT_EQ(ours.fact(name), theirs.fact(name));
  }
  ASSERT_EQ(ours.sources(), theirs.sources());
  ASSERT_EQ(journal(ours), journal(theirs));
}

/// One random write to both; the choices come from what `ours` shows.
void write_randomly(Transaction& ours, Transaction& theirs, base::Rng& rng) {
  const auto small = [&](std::uint64_t bound) {
    return static_cast<std::uint8_t>(rng.below(bound));
  };
  if (rng.chance(1, 100)) {
    const auto context = rng.chance(1, 2) ? kCorp : kOther;
    ours.forget(context);
    theirs.forget(context);
    return;
  }
  switch (rng.below(11)) {
    case 0:
      ASSERT_EQ(ours.next_usn(), theirs.next_usn());
      return;
    case 1: {
      const auto context = rng.chance(1, 2) ? kCorp : kOther;
      UpToDatenessVector vector;
      for (auto left = rng.below(5); left > 0; --left) {
        vector.merge(InvocationId{guid(small(6))}, {Usn{rng.below(50)}, {}});
      }
      ours.set_vector(context, vector);
      theirs.set_vector(context, vector);
      return;
    }
    case 2: {
      auto record = source_of(small(4), rng.chance(1, 2) ? kCorp : kOther);
      record.failures = small(200);
      ours.set_source(record);
      theirs.set_source(record);
      return;
    }
    case 3: {
      const auto entry =
          entry_of(small(3), std::string(1, static_cast<char>('a' + rng.below(3))), rng.below(4));
      ours.journal(entry);
      theirs.journal(entry);
      return;
    }
    case 4: {
      const std::string name(1, static_cast<char>('a' + rng.below(6)));
      const std::string value(rng.below(4), 'v');
      ours.set_fact(name, value);
      theirs.set_fact(name, value);
      return;
    }
    case 5:
    case 6: {
      Link link =
          link_of(small(6), rng.chance(1, 2) ? "member" : "manager", small(6), ours.next_usn());
      theirs.next_usn();
      const auto before = ours.link(link.id);
      link.naming_context = before ? before->naming_context : rng.chance(1, 3) ? kOther : kCorp;
      link.present = rng.chance(2, 3);
      ASSERT_EQ(before, theirs.link(link.id));
      ours.put(link);
      theirs.put(link);
      return;
    }
    default: {
      Row row = row_of(small(24), "", ours.next_usn());
      theirs.next_usn();
      const auto before = ours.find(row.id);
      row.naming_context = before ? before->naming_context : rng.chance(1, 3) ? kOther : kCorp;
      row.parent = ObjectId{guid(small(24))};
      row.deleted = rng.chance(1, 5);
      row.unplaced = rng.chance(1, 5);
      row.links_unsettled = rng.chance(1, 5);
      row.values = std::string(rng.below(40), 'x');
      const std::string name(1, static_cast<char>('a' + rng.below(6)));
      const auto holder = ours.child(row.parent, name);
      if (!row.deleted && !row.unplaced && (!holder || holder == row.id)) row.name_key = name;
      ours.put(row);
      theirs.put(row);
      return;
    }
  }
}

TEST(StoreContractTogether, RandomWritesLeaveBothStoresTheSame) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    base::Rng rng(seed);
    const tests::Scratch scratch;
    MemoryStore memory;
    auto file = std::make_unique<SqliteStore>(scratch.file("directory.db"));
    for (int round = 0; round < 25; ++round) {
      const auto old_memory = memory.read();
      const auto old_file = file->read();
      auto ours = memory.begin();
      auto theirs = file->begin();
      bool marked = false;
      for (auto left = rng.below(30); left > 0; --left) {
        if (rng.chance(1, 8)) {
          ours->mark();
          theirs->mark();
          marked = true;
        } else if (marked && rng.chance(1, 8)) {
          ours->undo();
          theirs->undo();
        } else {
          write_randomly(*ours, *theirs, rng);
        }
        if (testing::Test::HasFatalFailure()) return;
      }
      expect_equal(*ours, *theirs, rng);
      expect_equal(*memory.read(), *file->read(), rng);
      if (rng.chance(3, 4)) {
        ours->commit();
        theirs->commit();
      }
      ours.reset();
      theirs.reset();
      expect_equal(*memory.read(), *file->read(), rng);
      expect_equal(*old_memory, *old_file, rng);
      if (testing::Test::HasFatalFailure()) return;
    }
    file.reset();
    file = std::make_unique<SqliteStore>(scratch.file("directory.db"));
    expect_equal(*memory.read(), *file->read(), rng);
  }
}

}  // namespace
}  // namespace ringspan::replicator::store
