#pragma once

// FaultyDisk: while it lives, SQLite's files lie on a disk that can fill up, refuse, lie about
// nothing and lose its power. What was written and not synced may then be there, or not, or in
// part.
//
//     FaultyDisk disk;
//     SqliteStore store(path);
//     disk.fails_after(5, Fault::full);    // the sixth write finds no room

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "base/rng.hpp"

namespace ringspan::tests {

enum class Fault {
  none,
  full,         ///< No write finds room; what is there can be read.
  write_fails,  ///< EIO.
  sync_fails,   ///< What it was about is not on the disk, though it looks written.
  power_is_cut  ///< Nothing is written or synced any more, until power_returns().
};

class FaultyDisk {
 public:
  FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;
  ~FaultyDisk();

  /// After so many writes and syncs from now on.
  void fails_after(std::uint64_t operations, Fault fault);
  void is_mended() { fault_ = Fault::none; }
  bool has_failed() const { return failed_; }

  /// No file may be open. Of what was not synced each write is there, gone, or torn.
  void power_returns(base::Rng& rng);

  /// How many writes and syncs there were.
  std::uint64_t operations() const { return operations_; }

 private:
  struct File;
  struct Unsynced {
    sqlite3_int64 offset = 0;
    std::string before;  ///< What lay there.
    std::string after;
    sqlite3_int64 size_before = 0;
    bool given_up = false;  ///< A sync of it has failed: no later one brings it to the disk.
  };

  static const sqlite3_io_methods* methods();
  static FaultyDisk& here(sqlite3_vfs* layer);
  int open(const char* name, sqlite3_file* file, int flags, int* flags_out);
  int write(File& file, const void* from, int bytes, sqlite3_int64 offset);
  int sync(File& file);
  int truncate(File& file, sqlite3_int64 size);

  /// SQLITE_OK, or what this operation fails with.
  int next_operation(bool syncs);

  sqlite3_vfs* below_;
  sqlite3_vfs layer_{};
  Fault planned_ = Fault::none;
  Fault fault_ = Fault::none;
  std::uint64_t left_ = 0;
  std::uint64_t operations_ = 0;
  bool failed_ = false;
  std::map<std::string, std::vector<Unsynced>> unsynced_;
};

}  // namespace ringspan::tests
