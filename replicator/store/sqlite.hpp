#pragma once

// Database and Statement: SQLite with owners for what it hands out and StoreFailure for what goes
// wrong. One thread at a time uses a Database and its statements.
//
//     constexpr Query kFind{"SELECT usn FROM object WHERE guid = ?", "reading an object"};
//     Statement find = database.use(kFind);
//     find.bind(id.value);
//     if (find.step()) return Usn{find.unsigned_number(0)};

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guid.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ringspan::replicator::store {

/// SQL and, for messages, what it is for. A constant of the program: its address is the key under
/// which its prepared form is kept.
struct Query {
  const char* sql;
  const char* purpose;
};

class Database;

/// One use of a prepared statement; the prepared form goes back to its Database afterwards.
class Statement {
 public:
  Statement(Database& database, const Query& query, sqlite3_stmt* prepared)
      : database_(database), query_(query), prepared_(prepared) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Binds the next parameter, from the first on. Bytes must outlive the last step().
  Statement& bind(std::int64_t number);
  Statement& bind(std::uint64_t number);  ///< Below 2^63.
  Statement& bind(const base::Guid& guid);
  Statement& bind_bytes(std::string_view bytes);
  Statement& bind_text(std::string_view text);
  Statement& bind_null();

  /// True if there is a row, which the functions below read, columns counted from 0.
  bool step();

  /// Steps to the end and makes the statement ready for another round of bind().
  void run();

  /// As run(), but false where a uniqueness rule of the schema forbids it.
  bool run_unless_taken();

  std::int64_t number(int column) const;
  std::uint64_t unsigned_number(int column) const;
  base::Guid guid(int column) const;
  std::string_view bytes(int column) const;  ///< Until the next step; empty for NULL.

 private:
  void check(int code);
  void rewind();

  Database& database_;
  const Query& query_;
  sqlite3_stmt* prepared_;
  int bound_ = 0;
};

/// One connection to a database file.
class Database {
 public:
  explicit Database(std::string file);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  Statement use(const Query& query);

  /// One or more statements whose rows, if any, do not matter.
  void run(const char* sql, const char* purpose);

  /// Each page has a sum from now on (page_sums.hpp). For the only connection.
  void give_page_sums();

  /// True between BEGIN and its end; some errors end a transaction by themselves.
  bool in_transaction() const;

  const std::string& file() const { return file_; }

  /// Throws StoreFailure: file, purpose and SQLite's own words.
  [[noreturn]] void fail(const char* purpose) const;

 private:
  friend class Statement;

  std::string file_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<const Query*, std::vector<sqlite3_stmt*>> idle_;
};

}  // namespace ringspan::replicator::store
