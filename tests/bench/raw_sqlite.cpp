#include "tests/bench/raw_sqlite.hpp"

#include <sqlite3.h>

#include "base/contracts.hpp"

namespace ringspan::bench {
namespace {

void bind(sqlite3_stmt* to, int at, const std::string& bytes) {
  sqlite3_bind_blob64(to, at, bytes.data(), bytes.size(), SQLITE_STATIC);
}
void bind(sqlite3_stmt* to, int at, const base::Guid& guid) {
  sqlite3_bind_blob64(to, at, guid.bytes.data(), guid.bytes.size(), SQLITE_STATIC);
}
void bind(sqlite3_stmt* to, int at, std::uint64_t number) {
  sqlite3_bind_int64(to, at, static_cast<std::int64_t>(number));
}

}  // namespace

RawSqlite::RawSqlite(const std::string& path) {
  EXPECTS(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
  sqlite3_exec(database_,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;"
               "PRAGMA wal_autocheckpoint = 4000",
               nullptr, nullptr, nullptr);
  begin_ = prepare("BEGIN IMMEDIATE");
  commit_ = prepare("COMMIT");
  insert_ = prepare("INSERT INTO object VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)");
  update_ = prepare("UPDATE object SET usn = ?, flags = ?, stamps = ?, vals = ? WHERE guid = ?");
}

RawSqlite::~RawSqlite() {
  for (auto* statement : statements_)
    sqlite3_finalize(statement);
  sqlite3_close(database_);
}

void RawSqlite::insert(const replicator::Row& row) {
  bind(insert_, 1, row.id.value);
  bind(insert_, 2, row.naming_context.value);
  bind(insert_, 3, row.parent.value);
  sqlite3_bind_text64(insert_, 4, row.name_key.data(), row.name_key.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  bind(insert_, 5, row.usn.value);
  bind(insert_, 6, std::uint64_t{0});
  bind(insert_, 7, row.stamps);
  bind(insert_, 8, row.values);
  step(insert_);
}

void RawSqlite::update(const replicator::Row& row) {
  bind(update_, 1, row.usn.value);
  bind(update_, 2, std::uint64_t{0});
  bind(update_, 3, row.stamps);
  bind(update_, 4, row.values);
  bind(update_, 5, row.id.value);
  step(update_);
}

sqlite3_stmt* RawSqlite::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  EXPECTS(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) == SQLITE_OK);
  statements_.push_back(statement);
  return statement;
}

void RawSqlite::step(sqlite3_stmt* statement) {
  EXPECTS(sqlite3_step(statement) == SQLITE_DONE);
  sqlite3_reset(statement);
}

}  // namespace ringspan::bench
