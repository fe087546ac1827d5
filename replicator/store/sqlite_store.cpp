#include "replicator/store/sqlite_store.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/contracts.hpp"
#include "replicator/store/schema.hpp"
#include "replicator/store/sqlite.hpp"

namespace ringspan::replicator::store {
namespace {

constexpr std::size_t kIdleReaders = 16;  ///< More than that are closed after use.

constexpr std::int64_t kDeleted = 1;
constexpr std::int64_t kUnplaced = 2;

constexpr Query kFind{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals FROM object WHERE guid = ?",
    "reading an object"};
constexpr Query kChild{"SELECT guid FROM object WHERE parent = ? AND name_key = ?",
                       "looking for a name"};
constexpr Query kChildren{"SELECT guid FROM object WHERE parent = ? ORDER BY guid",
                          "reading children"};
constexpr Query kChangedSince{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals FROM object"
    " WHERE context = ? AND usn > ? ORDER BY usn",
    "reading changes"};
constexpr Query kUnplacedRows{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals FROM object"
    " WHERE context = ? AND flags & 2 ORDER BY guid",
    "reading unplaced objects"};
constexpr Query kReadUsn{"SELECT highest FROM usn", "reading the highest USN"};
constexpr Query kVector{"SELECT originator, usn, time FROM cursor WHERE context = ?",
                        "reading a vector"};
constexpr Query kSource{"SELECT * FROM source WHERE source = ? AND context = ?",
                        "reading a source"};
constexpr Query kSources{"SELECT * FROM source ORDER BY source, context", "reading the sources"};
constexpr Query kJournal{
    "SELECT kind, context, object, attribute, lost_version, lost_time, lost_originator, lost_usn,"
    " lost_values, kept_version, kept_time, kept_originator, kept_usn, kept_values, noticed"
    " FROM journal ORDER BY rowid",
    "reading the journal"};
constexpr Query kFact{"SELECT value FROM fact WHERE name = ?", "reading a fact"};

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
constexpr Query kSetUsn{"UPDATE usn SET highest = ?", "writing the highest USN"};
constexpr Query kSetCursor{
    "INSERT INTO cursor VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET usn = excluded.usn, time = excluded.time",
    "writing a vector"};
constexpr Query kDropCursor{"DELETE FROM cursor WHERE context = ? AND originator = ?",
                            "writing a vector"};
constexpr Query kSetSource{
    "INSERT OR REPLACE INTO source VALUES"
    " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "writing a source"};
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
  return writer;
}

std::unique_ptr<Database> open_reader(const std::string& path) {
  auto reader = std::make_unique<Database>(path);
  reader->run("PRAGMA query_only = 1; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192",
              "setting up the database");
  return reader;
}

std::int64_t number_of(base::Time time) {
  return time.time_since_epoch().count();
}
base::Time time_of(std::int64_t number) {
  return base::Time{base::Duration{number}};
}

Row row_of(const Statement& from) {
  const std::int64_t flags = from.number(5);
  return {.id = ObjectId{from.guid(0)},
          .naming_context = NamingContextId{from.guid(1)},
          .parent = ObjectId{from.guid(2)},
          .name_key = std::string(from.bytes(3)),
          .usn = Usn{from.unsigned_number(4)},
          .deleted = (flags & kDeleted) != 0,
          .unplaced = (flags & kUnplaced) != 0,
          .stamps = std::string(from.bytes(6)),
          .values = std::string(from.bytes(7))};
}

std::int64_t flags_of(const Row& row) {
  return (row.deleted ? kDeleted : 0) | (row.unplaced ? kUnplaced : 0);
}

PullCounts counts_of(const Statement& from, int column) {
  return {from.unsigned_number(column), from.unsigned_number(column + 1),
          from.unsigned_number(column + 2), from.unsigned_number(column + 3)};
}

void bind_counts(Statement& to, const PullCounts& counts) {
  to.bind(counts.pages).bind(counts.objects).bind(counts.values).bind(counts.bytes);
}

SourceRecord source_of(const Statement& from) {
  return {.source = ControllerId{from.guid(0)},
          .naming_context = NamingContextId{from.guid(1)},
          .watermark = {.source = InvocationId{from.guid(2)},
                        .usn = Usn{from.unsigned_number(3)},
                        .settled = Usn{from.unsigned_number(4)}},
          .last_attempt = time_of(from.number(5)),
          .last_success = time_of(from.number(6)),
          .failures = static_cast<std::uint32_t>(from.number(7)),
          .error = std::string(from.bytes(8)),
          .last_pull = counts_of(from, 9),
          .total = counts_of(from, 13)};
}

Stamp stamp_of(const Statement& from, int column) {
  return {.version = static_cast<std::uint32_t>(from.number(column)),
          .time = time_of(from.number(column + 1)),
          .originator = InvocationId{from.guid(column + 2)},
          .usn = Usn{from.unsigned_number(column + 3)}};
}

void bind_stamp(Statement& to, const Stamp& stamp) {
  to.bind(std::int64_t{stamp.version}).bind(number_of(stamp.time));
  to.bind(stamp.originator.value).bind(stamp.usn.value);
}

/// varint count | count x (varint length + bytes)
std::string pack(const std::vector<std::string>& values) {
  base::ByteWriter out;
  out.varint(values.size());
  for (const auto& value : values)
    out.text(value);
  return out.take();
}

std::vector<std::string> unpack(std::string_view packed) {
  base::ByteReader in(packed);
  std::vector<std::string> values;
  for (auto left = in.count(1); left > 0 && in.ok(); --left)
    values.emplace_back(in.text());
  return values;
}

JournalEntry entry_of(const Statement& from) {
  return {.kind = static_cast<ConflictKind>(from.number(0)),
          .naming_context = NamingContextId{from.guid(1)},
          .object = ObjectId{from.guid(2)},
          .attribute = std::string(from.bytes(3)),
          .lost = stamp_of(from, 4),
          .lost_values = unpack(from.bytes(8)),
          .kept = stamp_of(from, 9),
          .kept_values = unpack(from.bytes(13)),
          .noticed = time_of(from.number(14))};
}

void visit_rows(Statement& rows, const Snapshot::RowVisitor& visit) {
  while (rows.step()) {
    if (!visit(row_of(rows))) return;
  }
}

}  // namespace

/// Reading, the same for a Snapshot and for a Transaction.
template <typename Face>
class SqliteStore::View : public Face {
 public:
  explicit View(Database& database) : database_(database) {}

  std::optional<Row> find(ObjectId id) const override {
    Statement found = database_.use(kFind);
    found.bind(id.value);
    if (!found.step()) return std::nullopt;
    return row_of(found);
  }

  std::optional<ObjectId> child(ObjectId parent, std::string_view name_key) const override {
    Statement found = database_.use(kChild);
    found.bind(parent.value).bind_text(name_key);
    if (!found.step()) return std::nullopt;
    return ObjectId{found.guid(0)};
  }

  void children(ObjectId parent, const Snapshot::RowVisitor& visit) const override {
    const Visit guard(visits_);
    Statement ids = database_.use(kChildren);  // sorts ids alone, not whole rows
    ids.bind(parent.value);
    while (ids.step()) {
      const auto row = find(ObjectId{ids.guid(0)});
      EXPECTS(row.has_value());
      if (!visit(*row)) return;
    }
  }

  void changed_since(NamingContextId context, Usn after,
                     const Snapshot::RowVisitor& visit) const override {
    const Visit guard(visits_);
    Statement rows = database_.use(kChangedSince);
    rows.bind(context.value).bind(after.value);
    visit_rows(rows, visit);
  }

  void unplaced(NamingContextId context, const Snapshot::RowVisitor& visit) const override {
    const Visit guard(visits_);
    Statement rows = database_.use(kUnplacedRows);
    rows.bind(context.value);
    visit_rows(rows, visit);
  }

  Usn highest_usn() const override { return highest_usn_; }

  UpToDatenessVector vector(NamingContextId context) const override {
    UpToDatenessVector vector;
    Statement cursors = database_.use(kVector);
    cursors.bind(context.value);
    while (cursors.step()) {
      vector.merge(InvocationId{cursors.guid(0)},
                   {Usn{cursors.unsigned_number(1)}, time_of(cursors.number(2))});
    }
    return vector;
  }

  std::optional<SourceRecord> source(ControllerId source, NamingContextId context) const override {
    Statement found = database_.use(kSource);
    found.bind(source.value).bind(context.value);
    if (!found.step()) return std::nullopt;
    return source_of(found);
  }

  std::vector<SourceRecord> sources() const override {
    std::vector<SourceRecord> all;
    Statement rows = database_.use(kSources);
    while (rows.step())
      all.push_back(source_of(rows));
    return all;
  }

  using Face::journal;
  void journal(const std::function<bool(const JournalEntry&)>& visit) const override {
    const Visit guard(visits_);
    Statement entries = database_.use(kJournal);
    while (entries.step()) {
      if (!visit(entry_of(entries))) return;
    }
  }

  std::string fact(std::string_view name) const override {
    Statement found = database_.use(kFact);
    found.bind_text(name);
    return found.step() ? std::string(found.bytes(0)) : std::string();
  }

 protected:
  /// Counts the visits under way, during which nothing may be written.
  class Visit {
   public:
    explicit Visit(int& count) : count_(count) { ++count_; }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { --count_; }

   private:
    int& count_;
  };

  /// Also fixes what a read transaction sees: until its first read, it sees what is committed.
  void read_highest_usn() {
    Statement found = database_.use(kReadUsn);
    const bool there = found.step();
    EXPECTS(there);
    highest_usn_ = Usn{found.unsigned_number(0)};
  }

  Database& database_;
  Usn highest_usn_;
  mutable int visits_ = 0;
};

class SqliteStore::SqliteSnapshot final : public View<Snapshot> {
 public:
  SqliteSnapshot(SqliteStore& store, std::unique_ptr<Database> reader)
      : View(*reader), store_(store), reader_(std::move(reader)) {
    database_.use(kBeginRead).run();
    read_highest_usn();
  }

  ~SqliteSnapshot() override { store_.give_back(std::move(reader_)); }

 private:
  SqliteStore& store_;
  std::unique_ptr<Database> reader_;
};

class SqliteStore::SqliteTransaction final : public View<Transaction> {
 public:
  explicit SqliteTransaction(SqliteStore& store) : View(*store.writer_), store_(store) {
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

  void set_vector(NamingContextId context, const UpToDatenessVector& vector) override {
    write();
    const UpToDatenessVector before = this->vector(context);
    for (const auto& [originator, cursor] : vector.cursors()) {
      const auto at = before.cursors().find(originator);
      if (at != before.cursors().end() && at->second == cursor) continue;
      Statement set = database_.use(kSetCursor);
      set.bind(context.value).bind(originator.value);
      set.bind(cursor.usn.value).bind(number_of(cursor.time)).run();
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
    set.run();
  }

  using View::journal;
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
