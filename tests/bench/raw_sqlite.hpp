#pragma once

#include <string>
#include <vector>

#include "replicator/engine/row.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ringspan::bench {

/// SQLite alone, on a file that SqliteStore made, with its cache and durability: the yardstick.
/// A prepared statement a row and nothing else.
class RawSqlite {
 public:
  explicit RawSqlite(const std::string& path);
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;
  ~RawSqlite();

  void begin() { step(begin_); }
  void commit() { step(commit_); }
  void insert(const replicator::Row& row);
  void update(const replicator::Row& row);

 private:
  sqlite3_stmt* prepare(const char* sql);
  void step(sqlite3_stmt* statement);

  sqlite3* database_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
};

}  // namespace ringspan::bench
