// A copy of a database that is in use (replicator/store/backup.hpp).

#include "replicator/store/backup.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "replicator/store/sqlite_store.hpp"
#include "tests/contract/scratch.hpp"

namespace ringspan::replicator::store {
namespace {

void fill(Store& store, int rows) {
  const auto transaction = store.begin();
  for (int i = 0; i < rows; ++i) {
    const Usn usn = transaction->next_usn();
    transaction->set_fact("at " + std::to_string(usn.value), std::string(500, 'x'));
  }
  transaction->set_fact("invocation", "me");
  transaction->commit();
}

TEST(Backup, ShowsOneCommittedStateAndLeavesTheDatabaseInUse) {
  const tests::Scratch scratch;
  SqliteStore store(scratch.file("directory.sqlite"));
  fill(store, 100);
  const auto open = store.begin();  // a write that is not committed is not in the copy
  open->next_usn();
  open->set_fact("invocation", "somebody else");
  const std::string copy = scratch.file("copy.sqlite");
  copy_database(scratch.file("directory.sqlite"), copy);
  open->commit();
  const Contents contents = check_database(copy);
  EXPECT_EQ(contents.highest_usn, Usn{100});
  EXPECT_EQ(contents.invocation, "me");
  EXPECT_EQ(std::filesystem::status(copy).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  SqliteStore opened(copy);
  EXPECT_EQ(opened.read()->fact("at 100").size(), 500U);
  EXPECT_EQ(store.read()->highest_usn(), Usn{101});
}

TEST(Backup, IsNeverMadeOverAnything) {
  const tests::Scratch scratch;
  {
    SqliteStore store(scratch.file("directory.sqlite"));
  }
  std::ofstream(scratch.file("copy.sqlite")) << "something";
  EXPECT_THROW(copy_database(scratch.file("directory.sqlite"), scratch.file("copy.sqlite")),
               StoreFailure);
}

TEST(Backup, DamageIsFound) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.sqlite");
  {
    SqliteStore store(path);
    fill(store, 2000);
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(64 * 4096);
    file << std::string(4096, 'x');
  }
  EXPECT_THROW(check_database(path), StoreFailure);
}

}  // namespace
}  // namespace ringspan::replicator::store
