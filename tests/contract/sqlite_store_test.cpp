// What the SQLite store promises beyond the contract: files, versions, other processes.

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "replicator/store/page_sums.hpp"
#include "replicator/store/sqlite_store.hpp"
#include "tests/contract/scratch.hpp"

namespace ringspan::replicator::store {
namespace {

/// What is said when `path` cannot be opened; empty if it can.
std::string refusal(const std::string& path) {
  try {
    SqliteStore store(path);
    return "";
  } catch (const StoreFailure& failure) {
    return failure.what();
  }
}

void run(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            page_sums_layer()),
            SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

TEST(SqliteStore, KeepsAllWhenReopened) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.db");
  const NamingContextId context{base::Guid::from_name({}, "corp")};
  Row row{.id = ObjectId{base::Guid::from_name({}, "alice")},
          .naming_context = context,
          .parent = ObjectId{context.value},
          .name_key = "alice",
          .usn = Usn{1},
          .deleted = false,
          .unplaced = false,
          .stamps = "s",
          .values = "v"};
  {
    SqliteStore store(path);
    auto transaction = store.begin();
    transaction->next_usn();
    transaction->put(row);
    transaction->set_fact("forest", "corp");
    transaction->commit();
    store.begin()->next_usn();
  }
  SqliteStore store(path);
  const auto snapshot = store.read();
  EXPECT_EQ(snapshot->find(row.id), row);
  EXPECT_EQ(snapshot->highest_usn(), Usn{1});
  EXPECT_EQ(snapshot->fact("forest"), "corp");
}

TEST(SqliteStore, ManySnapshotsAtOnceEachShowTheirOwnState) {
  const tests::Scratch scratch;
  SqliteStore store(scratch.file("directory.db"));
  std::vector<std::unique_ptr<Snapshot>> snapshots;
  for (std::uint64_t usn = 0; usn < 40; ++usn) {
    snapshots.push_back(store.read());
    auto transaction = store.begin();
    transaction->next_usn();
    transaction->commit();
  }
  for (std::uint64_t usn = 0; usn < 40; ++usn) {
    EXPECT_EQ(snapshots[usn]->highest_usn(), Usn{usn});
  }
}

TEST(SqliteStore, FilesAreTheOwnersAlone) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.db");
  SqliteStore store(path);
  auto transaction = store.begin();
  transaction->set_fact("forest", "corp");
  transaction->commit();
  for (const std::string& file : {path, path + "-wal", path + "-shm", path + ".lock"}) {
    struct stat status{};
    ASSERT_EQ(::stat(file.c_str(), &status), 0) << file;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << file;
  }
}

TEST(SqliteStore, SecondOpeningIsRefusedUntilTheFirstCloses) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.db");
  {
    SqliteStore store(path);
    EXPECT_NE(refusal(path).find("another process has this database open"), std::string::npos);
  }
  EXPECT_EQ(refusal(path), "");
}

TEST(SqliteStore, LaterVersionIsRefused) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.db");
  ASSERT_EQ(refusal(path), "");
  run(path, "PRAGMA user_version = 7");
  EXPECT_NE(refusal(path).find("the database is of version 7"), std::string::npos);
}

TEST(SqliteStore, DatabaseOfAnotherProgramIsRefused) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.db");
  run(path, "CREATE TABLE songs (title)");
  EXPECT_NE(refusal(path).find("another program"), std::string::npos);
}

TEST(SqliteStore, FileThatIsNoDatabaseIsRefused) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.db");
  std::ofstream(path) << std::string(10'000, 'x');
  const std::string words = refusal(path);
  EXPECT_NE(words.find(path), std::string::npos);
  EXPECT_NE(words.find("not a database"), std::string::npos);
}

TEST(SqliteStore, FailureNamesFileActionAndReason) {
  const std::string words = refusal("/nowhere/directory.db");
  EXPECT_NE(words.find("/nowhere/directory.db"), std::string::npos);
  EXPECT_NE(words.find("No such file"), std::string::npos);
}

TEST(SqliteStore, FailedWriteLeavesWhatWasCommitted) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.db");
  {
    SqliteStore store(path);
    auto transaction = store.begin();
    transaction->set_fact("forest", "corp");
    transaction->commit();
  }
  run(path, "DROP TABLE journal");
  SqliteStore store(path);
  {
    auto transaction = store.begin();
    transaction->set_fact("forest", "other");
    EXPECT_THROW(transaction->journal(JournalEntry{}), StoreFailure);
  }
  EXPECT_EQ(store.read()->fact("forest"), "corp");
  store.begin()->commit();
}

}  // namespace
}  // namespace ringspan::replicator::store
