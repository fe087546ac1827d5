#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "replicator/engine/store.hpp"

namespace ringspan::replicator::store {

class Database;

/// A store in one SQLite file that outlives the process and its sudden end: what commit() has
/// returned from is on the disk.
///
/// One connection writes; every snapshot reads through a connection of its own, taken from a pool
/// that grows on demand. One process at a time: the file `path`.lock is held for as long as the
/// store is open. All files are the owner's alone (mode 0600).
class SqliteStore final : public Store {
 public:
  /// Opens the database, makes it if there is none, and brings an older one to the present version.
  /// StoreFailure if another process has it open, if it is of a later version or of another
  /// program.
  explicit SqliteStore(const std::string& path);
  ~SqliteStore() override;

  std::unique_ptr<Snapshot> read() override;
  std::unique_ptr<Transaction> begin() override;

  /// Holds a database's lock file while it lives; StoreFailure if another process does.
  class Lock {
   public:
    explicit Lock(const std::string& path);
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();

   private:
    int descriptor_ = -1;
  };

 private:
  class SqliteSnapshot;
  class SqliteTransaction;

  std::unique_ptr<Database> take_reader();
  void give_back(std::unique_ptr<Database> reader);

  std::string path_;
  Lock lock_;
  std::unique_ptr<Database> writer_;
  bool open_ = false;  ///< A transaction has the writer.

  std::mutex mutex_;  ///< Guards the pool.
  std::vector<std::unique_ptr<Database>> idle_readers_;
};

}  // namespace ringspan::replicator::store
