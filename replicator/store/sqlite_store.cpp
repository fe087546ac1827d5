#include "replicator/store/sqlite_store.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/contracts.hpp"
#include "replicator/store/schema.hpp"
#include "replicator/store/sqlite.hpp"
#include "replicator/store/sqlite_view.hpp"

namespace ringspan::replicator::store {
namespace {

constexpr std::size_t kIdleReaders = 16;  ///< More than that are closed after use.

constexpr Query kPlaceOf{"SELECT rowid, context, parent, name_key FROM object WHERE guid = ?",
                         "looking for an object"};
constexpr Query kInsert{
    "INSERT INTO object (guid, context, parent, name_key, usn, flags, stamps, vals)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "writing a new object"};
constexpr Query kUpdate{
    "UPDATE object SET usn = ?, flags = ?, stamps = ?, vals = ? WHERE rowid = ?",
    "writing an object"};
constexpr Query kReplace{
    "UPDATE object SET guid = ?, context = ?, parent = ?, name_key = ?, usn = ?, flags = ?,"
    " stamps = ?, vals = ? WHERE rowid = ?",
    "writing an object"};
constexpr Query kPutLink{
    "INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (source, attribute, target) DO UPDATE SET context = excluded.context,"
    " usn = excluded.usn, flags = excluded.flags, history = excluded.history",
    "writing a link"};
constexpr Query kSetUsn{"UPDATE usn SET highest = ?", "writing the highest USN"};
constexpr Query kEraseObject{"DELETE FROM object WHERE guid = ?", "erasing an object"};
constexpr Query kEraseLink{"DELETE FROM link WHERE source = ? AND attribute = ? AND target = ?",
                           "erasing a link"};
constexpr Query kSetCursor{
    "INSERT INTO cursor (context, originator, usn, time, horizon, controller, mark_ordinal,"
    " mark_word, mark_start, cut) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET usn = excluded.usn, time = excluded.time, horizon = excluded.horizon,"
    " controller = excluded.controller, mark_ordinal = excluded.mark_ordinal,"
    " mark_word = excluded.mark_word, mark_start = excluded.mark_start, cut = excluded.cut",
    "writing a vector"};
constexpr Query kDropCursor{"DELETE FROM cursor WHERE context = ? AND originator = ?",
                            "writing a vector"};
constexpr Query kSetSource{
    "INSERT OR REPLACE INTO source VALUES"
    " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "writing a source"};
constexpr std::array kForget{
    Query{"DELETE FROM object WHERE context = ?", "forgetting a naming context"},
    Query{"DELETE FROM link WHERE context = ?", "forgetting a naming context"},
    Query{"DELETE FROM cursor WHERE context = ?", "forgetting a naming context"},
    Query{"DELETE FROM source WHERE context = ?", "forgetting a naming context"}};
constexpr Query kAddEntry{
    "INSERT INTO journal (kind, context, object, attribute, lost_version, lost_time,"
    " lost_originator, lost_usn, lost_values, kept_version, kept_time, kept_originator, kept_usn,"
    " kept_values, noticed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING",
    "writing the journal"};
constexpr Query kSetFact{"INSERT OR REPLACE INTO fact VALUES (?, ?)", "writing a fact"};

constexpr Query kBeginRead{"BEGIN", "beginning to read"};
constexpr Query kBeginWrite{"BEGIN IMMEDIATE", "beginning to write"};
constexpr Query kCommit{"COMMIT", "committing"};
constexpr Query kRollBack{"ROLLBACK", "rolling back"};
constexpr Query kMark{"SAVEPOINT mark", "setting a mark"};
constexpr Query kRelease{"RELEASE mark", "setting a mark"};
constexpr Query kUndo{"ROLLBACK TO mark", "undoing to the mark"};

std::string why() {
  return std::generic_category().message(errno);
}

/// An empty file is an empty database; made here since SQLite would let others read it, and gives
/// the files that it keeps beside it the same mode.
void make_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) throw StoreFailure(fmt::format("{}: opening the database: {}", path, why()));
  ::close(descriptor);
}

std::unique_ptr<Database> open_writer(const std::string& path) {
  make_file(path);
  auto writer = std::make_unique<Database>(path);
  migrate(*writer);
  // FULL: a commit that is lost would give its USNs out twice, which partners cannot notice.
  writer->run(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;"
      "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;"
      "PRAGMA journal_size_limit = 67108864",
      "setting up the database");
  // What a failed fsync left behind may be in the memory of the machine alone: all that the log
  // holds is written into the database anew, and synced, before anything is built upon it.
  writer->run("PRAGMA wal_checkpoint(TRUNCATE)", "taking the log into the database");
  return writer;
}

std::unique_ptr<Database> open_reader(const std::string& path) {
  auto reader = std::make_unique<Database>(path);
  reader->run("PRAGMA query_only = 1; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192",
              "setting up the database");
  return reader;
}

}  // namespace

class SqliteStore::SqliteSnapshot final : public SqliteView<Snapshot> {
 public:
  SqliteSnapshot(SqliteStore& store, std::unique_ptr<Database> reader)
      : SqliteView(*reader), store_(store), reader_(std::move(reader)) {
    database_.use(kBeginRead).run();
    read_highest_usn();
  }

  ~SqliteSnapshot() override { store_.give_back(std::move(reader_)); }

 private:
  SqliteStore& store_;
  std::unique_ptr<Database> reader_;
};

class SqliteStore::SqliteTransaction final : public SqliteView<Transaction> {
 public:
  explicit SqliteTransaction(SqliteStore& store) : SqliteView(*store.writer_), store_(store) {
    database_.use(kBeginWrite).run();
    store_.open_ = true;
    read_highest_usn();
    committed_usn_ = highest_usn_;
  }

  ~SqliteTransaction() override {
    if (done_) return;
    store_.open_ = false;
    // Some errors have rolled back already. Where rolling back fails, the file rolls itself back
    // when it is next opened, and nothing can be begun on this connection before.
    try {
      if (database_.in_transaction()) database_.use(kRollBack).run();
    } catch (const StoreFailure&) {
      return;
    }
  }

  Usn next_usn() override { return highest_usn_ = Usn{highest_usn_.value + 1}; }

  void put(const Row& row) override {
    EXPECTS(row.usn.value != 0 && row.usn <= highest_usn_);
    write();
    const Place place = place_of(row);
    const bool free = write_at(place, row);
    EXPECTS(free);
  }

  void put(const Link& link) override {
    EXPECTS(link.usn.value != 0 && link.usn <= highest_usn_);
    write();
    const std::string history = pack_history(link);
    Statement put = database_.use(kPutLink);
    put.bind(link.id.source.value).bind_text(link.id.attribute).bind(link.id.target.value);
    put.bind(link.naming_context.value).bind(link.usn.value).bind(flags_of(link));
    const bool free = put.bind_bytes(history).run_unless_taken();
    EXPECTS(free);
  }

  void erase(ObjectId id) override {
    write();
    database_.use(kEraseObject).bind(id.value).run();
  }

  void erase(const LinkId& id) override {
    write();
    Statement erase = database_.use(kEraseLink);
    erase.bind(id.source.value).bind_text(id.attribute).bind(id.target.value).run();
  }

  void set_vector(NamingContextId context, const UpToDatenessVector& vector) override {
    write();
    const UpToDatenessVector before = this->vector(context);
    for (const auto& [originator, cursor] : vector.cursors()) {
      const auto at = before.cursors().find(originator);
      if (at != before.cursors().end() && at->second == cursor) continue;
      Statement set = database_.use(kSetCursor);
      set.bind(context.value).bind(originator.value);
      set.bind(cursor.usn.value).bind(number_of(cursor.time));
      set.bind(number_of(cursor.horizon)).bind(cursor.controller.value);
      set.bind(std::uint64_t{cursor.mark.ordinal}).bind(std::uint64_t{cursor.mark.word});
      set.bind(cursor.mark.start.value).bind(std::uint64_t{cursor.cut}).run();
    }
    for (const auto& [originator, cursor] : before.cursors()) {
      if (vector.cursors().contains(originator)) continue;
      database_.use(kDropCursor).bind(context.value).bind(originator.value).run();
    }
  }

  void set_source(const SourceRecord& record) override {
    write();
    Statement set = database_.use(kSetSource);
    set.bind(record.source.value).bind(record.naming_context.value);
    set.bind(record.watermark.source.value).bind(record.watermark.usn.value);
    set.bind(record.watermark.settled.value);
    set.bind(number_of(record.last_attempt)).bind(number_of(record.last_success));
    set.bind(std::int64_t{record.failures}).bind_text(record.error);
    bind_counts(set, record.last_pull);
    bind_counts(set, record.total);
    const Mark& mark = record.watermark.mark;
    set.bind(std::uint64_t{mark.ordinal})
        .bind(std::uint64_t{mark.word})
        .bind(mark.start.value)
        .run();
  }

  void forget(NamingContextId context) override {
    write();
    for (const Query& query : kForget)
      database_.use(query).bind(context.value).run();
  }

  using SqliteView::journal;
  void journal(const JournalEntry& entry) override {
    write();
    const std::string lost = pack(entry.lost_values);
    const std::string kept = pack(entry.kept_values);
    Statement add = database_.use(kAddEntry);
    add.bind(static_cast<std::int64_t>(entry.kind)).bind(entry.naming_context.value);
    add.bind(entry.object.value).bind_text(entry.attribute);
    bind_stamp(add, entry.lost);
    add.bind_bytes(lost);
    bind_stamp(add, entry.kept);
    add.bind_bytes(kept).bind(number_of(entry.noticed)).run();
  }

  void set_fact(std::string_view name, std::string_view value) override {
    write();
    database_.use(kSetFact).bind_text(name).bind_bytes(value).run();
  }

  void mark() override {
    write();
    if (marked_usn_) database_.use(kRelease).run();
    database_.use(kMark).run();
    marked_usn_ = highest_usn_;
  }

  void undo() override {
    EXPECTS(marked_usn_.has_value());
    write();
    database_.use(kUndo).run();
    highest_usn_ = *marked_usn_;
  }

  void commit() override {
    write();
    if (highest_usn_ != committed_usn_) database_.use(kSetUsn).bind(highest_usn_.value).run();
    database_.use(kCommit).run();
    done_ = true;
    store_.open_ = false;
  }

 private:
  /// Where the row of an object is, if there is one.
  struct Place {
    std::optional<std::int64_t> rowid;
    bool same = false;  ///< Under the same parent and name: the indexes on these need no work.
  };

  void write() const { EXPECTS(!done_ && visits_ == 0); }

  Place place_of(const Row& row) {
    Statement found = database_.use(kPlaceOf);
    found.bind(row.id.value);
    if (!found.step()) return {};
    const bool same = found.bytes(3) == row.name_key && found.guid(2) == row.parent.value &&
                      found.guid(1) == row.naming_context.value;
    return {found.number(0), same};
  }

  /// False if another row has the name or the USN.
  bool write_at(const Place& place, const Row& row) {
    if (!place.rowid) return insert(row);
    return place.same ? update(row, *place.rowid) : replace(row, *place.rowid);
  }

  static void bind_place(Statement& to, const Row& row) {
    to.bind(row.id.value).bind(row.naming_context.value).bind(row.parent.value);
    row.name_key.empty() ? to.bind_null() : to.bind_text(row.name_key);
  }

  static void bind_rest(Statement& to, const Row& row) {
    to.bind(row.usn.value).bind(flags_of(row)).bind_bytes(row.stamps).bind_bytes(row.values);
  }

  bool insert(const Row& row) {
    Statement insert = database_.use(kInsert);
    bind_place(insert, row);
    bind_rest(insert, row);
    return insert.run_unless_taken();
  }

  bool update(const Row& row, std::int64_t rowid) {
    Statement update = database_.use(kUpdate);
    bind_rest(update, row);
    return update.bind(rowid).run_unless_taken();
  }

  bool replace(const Row& row, std::int64_t rowid) {
    Statement replace = database_.use(kReplace);
    bind_place(replace, row);
    bind_rest(replace, row);
    return replace.bind(rowid).run_unless_taken();
  }

  SqliteStore& store_;
  Usn committed_usn_;
  std::optional<Usn> marked_usn_;
  bool done_ = false;
};

SqliteStore::Lock::Lock(const std::string& path) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) {
    throw StoreFailure(fmt::format("{}: opening the lock file: {}", path, why()));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const bool taken = errno == EWOULDBLOCK;
    const std::string reason =
        taken ? "another process has this database open; stop it first" : why();
    ::close(descriptor_);
    throw StoreFailure(fmt::format("{}: taking the lock: {}", path, reason));
  }
}

SqliteStore::Lock::~Lock() {
  ::close(descriptor_);
}

SqliteStore::SqliteStore(const std::string& path)
    : path_(path), lock_(path + ".lock"), writer_(open_writer(path)) {}

SqliteStore::~SqliteStore() {
  idle_readers_.clear();  // the writer closes last and so tidies the log away
}

std::unique_ptr<Snapshot> SqliteStore::read() {
  return std::make_unique<SqliteSnapshot>(*this, take_reader());
}

std::unique_ptr<Transaction> SqliteStore::begin() {
  EXPECTS(!open_);
  return std::make_unique<SqliteTransaction>(*this);
}

std::unique_ptr<Database> SqliteStore::take_reader() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  return open_reader(path_);
}

void SqliteStore::give_back(std::unique_ptr<Database> reader) {
  try {
    reader->use(kRollBack).run();
  } catch (const StoreFailure&) {
    return;  // not fit for another use; closing it ends its transaction
  }
  const std::lock_guard lock(mutex_);
  if (idle_readers_.size() < kIdleReaders) idle_readers_.push_back(std::move(reader));
}

}  // namespace ringspan::replicator::store
