// The SQLite store on a disk that fails: what a commit has returned from is there, or its loss is
// said; and nothing that flipped is taken for data.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/rng.hpp"
#include "replicator/store/page_sums.hpp"
#include "replicator/store/sqlite_store.hpp"
#include "tests/contract/faulty_disk.hpp"
#include "tests/contract/scratch.hpp"

namespace ringspan::replicator::store {
namespace {

using tests::Fault;
using tests::FaultyDisk;

const NamingContextId kContext{base::Guid::from_name({}, "corp")};
constexpr std::uint64_t kObjects = 60;

Row row_of(std::uint64_t number, Usn usn, std::uint64_t value) {
  const std::string name = fmt::format("p{}", number);
  return {.id = ObjectId{base::Guid::from_name({}, name)},
          .naming_context = kContext,
          .parent = ObjectId{kContext.value},
          .name_key = name,
          .usn = usn,
          .deleted = false,
          .unplaced = false,
          .stamps = "stamps",
          .values = fmt::format("{:>600}", value)};
}

/// Writes a value to a few objects, and a fact that says which value that was: all or nothing.
void write(SqliteStore& store, base::Rng& rng, std::uint64_t value) {
  auto transaction = store.begin();
  for (std::uint64_t i = 0; i < 1 + rng.below(12); ++i)
    transaction->put(row_of(rng.below(kObjects), transaction->next_usn(), value));
  transaction->put(row_of(kObjects, transaction->next_usn(), value));
  transaction->set_fact("value", std::to_string(value));
  transaction->commit();
}

/// The value that was committed last, as everything that is there agrees; 0: nothing is there yet.
std::uint64_t value_in(SqliteStore& store) {
  const auto snapshot = store.read();
  const std::string fact = snapshot->fact("value");
  const std::uint64_t value = fact.empty() ? 0 : std::stoull(fact);
  const auto last = snapshot->find(row_of(kObjects, Usn{}, 0).id);
  EXPECT_EQ(last.has_value(), value != 0);
  if (last) {
    EXPECT_EQ(last->values, fmt::format("{:>600}", value)) << "a transaction is there in part";
    EXPECT_EQ(last->usn, snapshot->highest_usn());
  }
  snapshot->all_changed_since(kContext, Usn{}, [&](const Snapshot::Changed& changed) {
    const Row& row = *std::get<const Row*>(changed);
    EXPECT_LE(std::stoull(row.values), value) << "something of a transaction that never was";
    return true;
  });
  return value;
}

/// Opens it and writes until the disk fails; the last value that was acknowledged.
std::uint64_t write_until_it_fails(const std::string& path, FaultyDisk& disk, base::Rng& rng,
                                   std::uint64_t value) {
  try {
    SqliteStore store(path);
    while (!disk.has_failed()) {
      write(store, rng, value + 1);
      ++value;
    }
  } catch (const StoreFailure&) {
    EXPECT_TRUE(disk.has_failed());
  }
  return value;
}

TEST(FaultyDisk, APowerCutAtAnyWriteLosesNothingThatWasCommitted) {
  const char* seeds = std::getenv("RINGSPAN_SEEDS");
  const std::uint64_t rounds = seeds == nullptr ? 200 : std::stoull(seeds);
  base::Rng rng(1);
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.sqlite");
  FaultyDisk disk;
  std::uint64_t value = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    disk.fails_after(rng.below(rng.chance(1, 8) ? 6'000 : 200), Fault::power_is_cut);
    const std::uint64_t acknowledged = write_until_it_fails(path, disk, rng, value);
    disk.power_returns(rng);
    std::filesystem::remove(path + "-shm");  // memory, as far as a machine without power goes
    SqliteStore store(path);
    value = value_in(store);
    ASSERT_TRUE(value == acknowledged || value == acknowledged + 1)
        << "round " << round << ": " << value << " instead of " << acknowledged;
  }
  std::cout << fmt::format("{} power cuts, {} commits, {} writes and syncs\n", rounds, value,
                           disk.operations());
}

TEST(FaultyDisk, AFullDiskRefusesAndTakesWritesAgainOnceThereIsRoom) {
  base::Rng rng(2);
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.sqlite");
  FaultyDisk disk;
  std::uint64_t value = 0;
  for (const Fault fault : {Fault::full, Fault::write_fails}) {
    for (std::uint64_t after = 0; after < 40; ++after) {
      SqliteStore store(path);
      write(store, rng, ++value);
      disk.fails_after(after, fault);
      StoreFailure::Kind kind{};
      std::string words;
      for (bool failed = false; !failed;) {
        try {
          write(store, rng, value + 1);
          ++value;
        } catch (const StoreFailure& failure) {
          failed = true;
          kind = failure.kind;
          words = failure.what();
        }
      }
      EXPECT_EQ(kind, fault == Fault::full ? StoreFailure::Kind::full : StoreFailure::Kind::disk)
          << words;
      EXPECT_EQ(words.find("make room") != std::string::npos, fault == Fault::full) << words;
      EXPECT_EQ(value_in(store), value) << "reading goes on, and what failed is not there";
      disk.is_mended();
      write(store, rng, ++value);
      EXPECT_EQ(value_in(store), value);
    }
  }
}

// A sync that failed leaves writes that look done and are not. Whoever goes on after it, and loses
// the power then, must not lose what it has acknowledged since.
TEST(FaultyDisk, AfterAFailedSyncTheReopenedStoreBuildsOnWhatIsOnTheDisk) {
  const char* seeds = std::getenv("RINGSPAN_SEEDS");
  const std::uint64_t rounds = seeds == nullptr ? 100 : std::stoull(seeds);
  base::Rng rng(3);
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.sqlite");
  FaultyDisk disk;
  std::uint64_t value = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    disk.fails_after(rng.below(100), Fault::sync_fails);
    std::uint64_t acknowledged = write_until_it_fails(path, disk, rng, value);
    disk.is_mended();
    {
      SqliteStore store(path);  // as the process does that goes on
      acknowledged = value_in(store);
      disk.fails_after(rng.below(100), Fault::power_is_cut);
    }
    acknowledged = write_until_it_fails(path, disk, rng, acknowledged);
    disk.power_returns(rng);
    std::filesystem::remove(path + "-shm");
    SqliteStore store(path);
    value = value_in(store);
    ASSERT_TRUE(value == acknowledged || value == acknowledged + 1)
        << "round " << round << ": " << value << " instead of " << acknowledged;
  }
}

/// Reads every page; false if one is not what was written.
bool is_whole(const std::string& path) {
  sqlite3* database = nullptr;
  bool whole = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, page_sums_layer()) ==
               SQLITE_OK;
  const auto look = [](void* seen, int /*columns*/, char** values, char** /*names*/) {
    *static_cast<bool*>(seen) &= std::string(values[0]) == "ok";
    return 0;
  };
  whole =
      sqlite3_exec(database, "PRAGMA integrity_check", look, &whole, nullptr) == SQLITE_OK && whole;
  sqlite3_close(database);
  return whole;
}

/// Everything that a controller may read; what it says if that fails.
std::string read_all(const std::string& path, std::uint64_t value) {
  try {
    SqliteStore store(path);
    return value_in(store) == value ? "" : "another value";
  } catch (const StoreFailure& failure) {
    EXPECT_EQ(failure.kind, StoreFailure::Kind::damaged) << failure.what();
    return failure.what();
  }
}

TEST(FaultyDisk, ABitThatFlippedInAnyPageIsFound) {
  base::Rng rng(4);
  const tests::Scratch scratch;
  const std::string path = scratch.file("directory.sqlite");
  {
    SqliteStore store(path);
    write(store, rng, 1);
    auto transaction = store.begin();
    for (std::uint64_t i = 0; i < kObjects; ++i)
      transaction->put(row_of(i, transaction->next_usn(), 1));
    transaction->put(row_of(kObjects, transaction->next_usn(), 1));
    transaction->commit();
  }
  const auto size = std::filesystem::file_size(path);
  for (int round = 0; round < 300; ++round) {
    const std::string copy = scratch.file("flipped.sqlite");
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    const auto at = static_cast<std::streamoff>(rng.below(size));
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(byte ^ static_cast<char>(1U << rng.below(8))));
    file.close();
    const std::string said = read_all(copy, 1);
    ASSERT_NE(said, "another value") << "byte " << at;
    EXPECT_FALSE(is_whole(copy)) << "byte " << at;
  }
  EXPECT_EQ(read_all(path, 1), "");
  EXPECT_TRUE(is_whole(path));
}

}  // namespace
}  // namespace ringspan::replicator::store
