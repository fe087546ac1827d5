#include "replicator/store/backup.hpp"

#include <cerrno>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "replicator/engine/store.hpp"
#include "replicator/store/sqlite.hpp"

namespace ringspan::replicator::store {
namespace {

constexpr Query kCopy{"VACUUM INTO ?", "copying the database"};
constexpr Query kCheck{"PRAGMA integrity_check(1)", "checking the database"};
constexpr Query kHighest{"SELECT highest FROM usn", "reading the highest USN"};
constexpr Query kFact{"SELECT value FROM fact WHERE name = ?", "reading a fact"};
constexpr Query kContexts{
    "SELECT context, max(usn) FROM (SELECT context, usn FROM object UNION ALL"
    " SELECT context, usn FROM link) GROUP BY context",
    "reading the naming contexts"};

[[noreturn]] void fail(const std::string& file, std::string_view purpose) {
  throw StoreFailure(
      fmt::format("{}: {}: {}", file, purpose, std::generic_category().message(errno)));
}

std::string fact(Database& database, std::string_view name) {
  Statement found = database.use(kFact);
  found.bind_text(name);
  return found.step() ? std::string(found.bytes(0)) : std::string();
}

}  // namespace

void copy_database(const std::string& from, const std::string& to) {
  // An empty file of ours is filled; one that SQLite makes others could read.
  const int file = ::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) fail(to, "making the copy");
  try {
    Database database(from);
    database.use(kCopy).bind_text(to).run();
  } catch (const StoreFailure&) {
    ::close(file);
    throw;
  }
  const bool durable = ::fsync(file) == 0;
  ::close(file);
  if (!durable) fail(to, "making the copy durable");
}

Contents check_database(const std::string& file) {
  Database database(file);
  {
    Statement check = database.use(kCheck);
    if (!check.step() || check.bytes(0) != "ok") {
      throw StoreFailure(fmt::format("{}: is damaged: {}", file, check.bytes(0)));
    }
  }
  Contents contents;
  {
    Statement highest = database.use(kHighest);
    if (highest.step()) contents.highest_usn = Usn{highest.unsigned_number(0)};
  }
  Statement contexts = database.use(kContexts);
  while (contexts.step())
    contents.contexts.emplace(contexts.guid(0), Usn{contexts.unsigned_number(1)});
  const std::string promoted = fact(database, "promoted-as");
  contents.invocation = promoted.empty() ? fact(database, "invocation") : promoted;
  contents.controller = fact(database, "controller");
  return contents;
}

}  // namespace ringspan::replicator::store
