// Databases that earlier programs left behind (tests/contract/databases, never changed): each is
// brought to the present version with all that it holds.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "replicator/store/sqlite_store.hpp"
#include "tests/contract/scratch.hpp"

namespace ringspan::replicator::store {
namespace {

namespace fs = std::filesystem;

class SqliteFile {
 public:
  explicit SqliteFile(const std::string& path) { sqlite3_open(path.c_str(), &handle_); }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  ~SqliteFile() { sqlite3_close(handle_); }

  bool run(const std::string& sql) {
    return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  }

  std::int64_t number(const std::string& sql) {
    std::int64_t found = -1;
    const auto take = [](void* into, int, char** columns, char**) {
      *static_cast<std::int64_t*>(into) = std::stoll(columns[0]);
      return 0;
    };
    sqlite3_exec(handle_, sql.c_str(), take, &found, nullptr);
    return found;
  }

 private:
  sqlite3* handle_ = nullptr;
};

std::string dump_of(int version) {
  const fs::path file = fs::path(RINGSPAN_SOURCE_DIR) / "tests/contract/databases" /
                        fmt::format("version-{}.sql", version);
  std::ifstream in(file);
  return (std::ostringstream() << in.rdbuf()).str();
}

/// What a nuuk-1 of version 2 and later holds.
void expect_nuuk(const std::string& path) {
  SqliteStore store(path);
  const auto snapshot = store.read();
  EXPECT_EQ(snapshot->highest_usn(), Usn{49});
  EXPECT_EQ(snapshot->contexts().size(), 3U);
  EXPECT_EQ(snapshot->sources().size(), 3U);
  std::size_t objects = 0;
  std::size_t links = 0;
  for (const NamingContextId context : snapshot->contexts()) {
    snapshot->all_changed_since(context, Usn{}, [&](const Snapshot::Changed& changed) {
      (std::holds_alternative<const Row*>(changed) ? objects : links) += 1;
      return true;
    });
    const UpToDatenessVector vector = snapshot->vector(context);
    ASSERT_EQ(vector.cursors().size(), 1U);
    const Cursor& cursor = vector.cursors().begin()->second;
    EXPECT_GT(cursor.usn, Usn{});
    EXPECT_EQ(cursor.mark, Mark{}) << "an earlier program gave out no marks";
    EXPECT_FALSE(cursor.cut);
  }
  EXPECT_EQ(objects, 45U);
  EXPECT_EQ(links, 3U);
  for (const SourceRecord& record : snapshot->sources()) {
    EXPECT_NE(record.last_success, base::Time{});
    EXPECT_GT(record.watermark.usn, Usn{});
    EXPECT_EQ(record.watermark.mark, Mark{});
  }
  const auto bob = base::Guid::parse("9156cfec-0aa9-4086-b27a-7038b49db306");
  EXPECT_TRUE(snapshot->find(ObjectId(*bob)));
}

TEST(EarlierVersions, AreOpenedWithAllThatTheyHold) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.sqlite");
  const std::string present = scratch.file("present.sqlite");
  {
    SqliteStore store(present);
  }
  ASSERT_TRUE(SqliteFile(path).run(dump_of(2)));
  expect_nuuk(path);
  expect_nuuk(path);  // once more, now that it is of the present version
  EXPECT_EQ(SqliteFile(path).number("PRAGMA user_version"),
            SqliteFile(present).number("PRAGMA user_version"));
}

TEST(EarlierVersions, StayAsTheyAreWhereAStepFails) {
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.sqlite");
  {
    SqliteFile file(path);
    ASSERT_TRUE(file.run(dump_of(2)));
    ASSERT_TRUE(file.run("ALTER TABLE source ADD COLUMN mark_word"));  // so that the step must fail
  }
  EXPECT_THROW(SqliteStore{path}, StoreFailure);
  SqliteFile file(path);
  EXPECT_EQ(file.number("PRAGMA user_version"), 2);
  EXPECT_EQ(file.number("SELECT count(*) FROM pragma_table_info('cursor')"), 4);
  EXPECT_EQ(file.number("SELECT count(*) FROM object"), 45);
}

}  // namespace
}  // namespace ringspan::replicator::store
