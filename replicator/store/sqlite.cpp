#include "replicator/store/sqlite.hpp"

#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <sqlite3.h>

#include "base/contracts.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/store/page_sums.hpp"

namespace ringspan::replicator::store {
namespace {

/// A checkpoint of another connection may hold a lock for a moment.
constexpr int kBusyMilliseconds = 10'000;

using Kind = StoreFailure::Kind;

Kind kind_of(int code, int system) {
  if (system == ENOSPC || system == EDQUOT || system == EFBIG) return Kind::full;
  if (system == EROFS || code == SQLITE_IOERR_DATA) {
    return system == EROFS ? Kind::read_only : Kind::damaged;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Kind::full;
    case SQLITE_READONLY:
      return Kind::read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Kind::damaged;
    case SQLITE_IOERR:
      return Kind::disk;
    default:
      return Kind::other;
  }
}

const char* remedy_of(Kind kind) {
  switch (kind) {
    case Kind::full:
      return "; the disk is full, or a limit is reached: make room";
    case Kind::read_only:
      return "; the file system takes no writes: mount it for writing";
    case Kind::disk:
      return "; the disk fails: see the system's log";
    case Kind::damaged:
      return "; the file is damaged: restore a backup, or join anew with an empty folder";
    case Kind::other:
      break;
  }
  return "";
}

}  // namespace

Statement::~Statement() {
  sqlite3_reset(prepared_);  // repeats the error of the last step, which was reported then
  database_.idle_[&query_].push_back(prepared_);
}

Statement& Statement::bind(std::int64_t number) {
  check(sqlite3_bind_int64(prepared_, ++bound_, number));
  return *this;
}

Statement& Statement::bind(std::uint64_t number) {
  EXPECTS(number <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  return bind(static_cast<std::int64_t>(number));
}

Statement& Statement::bind(const base::Guid& guid) {
  check(sqlite3_bind_blob64(prepared_, ++bound_, guid.bytes.data(), guid.bytes.size(),
                            SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_bytes(std::string_view bytes) {
  // A null pointer would bind NULL.
  const char* data = bytes.empty() ? "" : bytes.data();
  check(sqlite3_bind_blob64(prepared_, ++bound_, data, bytes.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_text(std::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  check(sqlite3_bind_text64(prepared_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(prepared_, ++bound_));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(prepared_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_.fail(query_.purpose);
}

void Statement::run() {
  while (step())
    continue;
  rewind();
}

bool Statement::run_unless_taken() {
  const int code = sqlite3_step(prepared_);
  if (code == SQLITE_CONSTRAINT_UNIQUE) return false;
  if (code != SQLITE_DONE) database_.fail(query_.purpose);
  rewind();
  return true;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(prepared_, column);
}

std::uint64_t Statement::unsigned_number(int column) const {
  return static_cast<std::uint64_t>(number(column));
}

base::Guid Statement::guid(int column) const {
  const auto guid = base::Guid::from_bytes(bytes(column));
  if (!guid) {
    throw StoreFailure(fmt::format("{}: {}: a GUID has other than 16 bytes{}", database_.file_,
                                   query_.purpose, remedy_of(Kind::damaged)),
                       Kind::damaged);
  }
  return *guid;
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(prepared_, column));
  const int size = sqlite3_column_bytes(prepared_, column);
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<std::size_t>(size));
}

void Statement::check(int code) {
  if (code != SQLITE_OK) database_.fail(query_.purpose);
}

void Statement::rewind() {
  check(sqlite3_reset(prepared_));
  bound_ = 0;
}

Database::Database(std::string file) : file_(std::move(file)) {
  const int code = sqlite3_open_v2(
      file_.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      page_sums_layer());
  if (code != SQLITE_OK) {
    const std::string words = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw StoreFailure(fmt::format("{}: opening the database: {}", file_, words));
  }
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
}

Database::~Database() {
  for (const auto& [query, prepared] : idle_) {
    for (auto* statement : prepared)
      sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

Statement Database::use(const Query& query) {
  auto& idle = idle_[&query];
  if (!idle.empty()) {
    auto* prepared = idle.back();
    idle.pop_back();
    return {*this, query, prepared};
  }
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, query.sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) fail(query.purpose);
  return {*this, query, prepared};
}

void Database::run(const char* sql, const char* purpose) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(purpose);
}

void Database::give_page_sums() {
  if (store::give_page_sums(handle_) != SQLITE_OK) fail("giving each page its sum");
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

void Database::fail(const char* purpose) const {
  const int code = sqlite3_extended_errcode(handle_);
  const bool asks_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  const int system = asks_system ? last_system_error() : 0;
  const Kind kind = kind_of(code, system);
  const std::string reason = system == 0 || kind == Kind::damaged
                                 ? std::string()
                                 : ": " + std::generic_category().message(system);
  throw StoreFailure(fmt::format("{}: {}: {}{}{}", file_, purpose, sqlite3_errmsg(handle_), reason,
                                 remedy_of(kind)),
                     kind);
}

}  // namespace ringspan::replicator::store
