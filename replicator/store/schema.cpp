#include "replicator/store/schema.hpp"

#include <array>
#include <string>

#include <fmt/core.h>

#include "replicator/engine/store.hpp"
#include "replicator/store/sqlite.hpp"

namespace ringspan::replicator::store {
namespace {

constexpr std::int64_t kApplicationId = 0x52535031;  // "RSP1"

// The n-th script leads from version n to version n + 1. A script that was ever released never
// changes: databases exist that have run it.
constexpr std::array kScripts{
    // An object is one row; `stamps` and `vals` are packed (engine/row.hpp), since a row an
    // attribute costs half of the speed. The index on parent serves two: no name is claimed twice,
    // where NULLs do not count as equal, and all children of a parent are found. flags: 1 deleted,
    // 2 unplaced.
    R"sql(
      CREATE TABLE object (
        rowid INTEGER PRIMARY KEY,
        guid BLOB NOT NULL UNIQUE,
        context BLOB NOT NULL,
        parent BLOB NOT NULL,
        name_key TEXT,
        usn INTEGER NOT NULL,
        flags INTEGER NOT NULL,
        stamps BLOB NOT NULL,
        vals BLOB NOT NULL);
      CREATE UNIQUE INDEX object_name ON object (parent, name_key);
      CREATE UNIQUE INDEX object_usn ON object (context, usn);
      CREATE INDEX object_unplaced ON object (context, guid) WHERE flags & 2;

      CREATE TABLE usn (highest INTEGER NOT NULL);
      INSERT INTO usn VALUES (0);

      CREATE TABLE cursor (
        context BLOB NOT NULL,
        originator BLOB NOT NULL,
        usn INTEGER NOT NULL,
        time INTEGER NOT NULL,
        PRIMARY KEY (context, originator)) WITHOUT ROWID;

      CREATE TABLE source (
        source BLOB NOT NULL,
        context BLOB NOT NULL,
        watermark_source BLOB NOT NULL,
        watermark_usn INTEGER NOT NULL,
        watermark_settled INTEGER NOT NULL,
        last_attempt INTEGER NOT NULL,
        last_success INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        error TEXT NOT NULL,
        last_pages INTEGER NOT NULL,
        last_objects INTEGER NOT NULL,
        last_values INTEGER NOT NULL,
        last_bytes INTEGER NOT NULL,
        total_pages INTEGER NOT NULL,
        total_objects INTEGER NOT NULL,
        total_values INTEGER NOT NULL,
        total_bytes INTEGER NOT NULL,
        PRIMARY KEY (source, context)) WITHOUT ROWID;

      CREATE TABLE journal (
        rowid INTEGER PRIMARY KEY,
        kind INTEGER NOT NULL,
        context BLOB NOT NULL,
        object BLOB NOT NULL,
        attribute TEXT NOT NULL,
        lost_version INTEGER NOT NULL,
        lost_time INTEGER NOT NULL,
        lost_originator BLOB NOT NULL,
        lost_usn INTEGER NOT NULL,
        lost_values BLOB NOT NULL,
        kept_version INTEGER NOT NULL,
        kept_time INTEGER NOT NULL,
        kept_originator BLOB NOT NULL,
        kept_usn INTEGER NOT NULL,
        kept_values BLOB NOT NULL,
        noticed INTEGER NOT NULL,
        UNIQUE (object, attribute, lost_originator, lost_usn));

      CREATE TABLE fact (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL) WITHOUT ROWID;
    )sql",
    // A link is one value of a linked attribute; `history` is packed (engine/row.hpp). flags of an
    // object: 4 links unsettled; of a link: 1 present.
    R"sql(
      CREATE TABLE link (
        source BLOB NOT NULL,
        attribute TEXT NOT NULL,
        target BLOB NOT NULL,
        context BLOB NOT NULL,
        usn INTEGER NOT NULL,
        flags INTEGER NOT NULL,
        history BLOB NOT NULL,
        PRIMARY KEY (source, attribute, target)) WITHOUT ROWID;
      CREATE UNIQUE INDEX link_usn ON link (context, usn);
      CREATE INDEX link_target ON link (target, source, attribute);
      CREATE INDEX object_links_unsettled ON object (context, guid) WHERE flags & 4;
    )sql",
    // A cursor and a watermark bear the mark of whose they are; a cursor may be cut
    // (engine/vector.hpp).
    R"sql(
      ALTER TABLE cursor ADD COLUMN mark_ordinal INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE cursor ADD COLUMN mark_word INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE cursor ADD COLUMN mark_start INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE cursor ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE source ADD COLUMN mark_ordinal INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE source ADD COLUMN mark_word INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE source ADD COLUMN mark_start INTEGER NOT NULL DEFAULT 0;
    )sql",
    // What is dead is found when it is collected; a cursor says whose it is and how far that one
    // holds everything.
    R"sql(
      CREATE INDEX object_dead ON object (context, usn) WHERE flags & 1;
      CREATE INDEX link_dead ON link (context, usn) WHERE NOT flags & 1;
      ALTER TABLE cursor ADD COLUMN horizon INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE cursor ADD COLUMN controller BLOB NOT NULL
        DEFAULT x'00000000000000000000000000000000';
    )sql",
};
constexpr auto kVersion = static_cast<std::int64_t>(kScripts.size());

constexpr Query kReadVersion{"PRAGMA user_version", "reading the version"};
constexpr Query kReadApplication{"PRAGMA application_id", "reading whose database it is"};
constexpr Query kCountTables{"SELECT count(*) FROM sqlite_schema", "reading the schema"};

std::int64_t number_of(Database& database, const Query& query) {
  Statement statement = database.use(query);
  return statement.step() ? statement.number(0) : 0;
}

}  // namespace

void migrate(Database& database) {
  const std::int64_t version = number_of(database, kReadVersion);
  const bool empty = version == 0 && number_of(database, kCountTables) == 0;
  if (!empty && number_of(database, kReadApplication) != kApplicationId) {
    throw StoreFailure(fmt::format("{}: this is a database of another program; name another file",
                                   database.file()));
  }
  if (version > kVersion) {
    throw StoreFailure(
        fmt::format("{}: the database is of version {}, this program knows versions up to {}; "
                    "start it with the "
                    "program that wrote it or a later one",
                    database.file(), version, kVersion));
  }
  database.give_page_sums();
  for (auto next = version; next < kVersion; ++next) {
    const std::string script = fmt::format(
        "BEGIN IMMEDIATE; {} PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT",
        kScripts[static_cast<std::size_t>(next)], kApplicationId, next + 1);
    database.run(script.c_str(), "bringing the database to the present version");
  }
}

}  // namespace ringspan::replicator::store
