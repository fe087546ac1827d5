#pragma once

// SqliteView: reading a database, the same for a Snapshot and for a Transaction.

#include <optional>
#include <string>
#include <vector>

#include "base/contracts.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/store/sqlite_rows.hpp"

namespace ringspan::replicator::store {

namespace query {

inline constexpr Query kFind{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals FROM object WHERE guid = ?",
    "reading an object"};
inline constexpr Query kChild{"SELECT guid FROM object WHERE parent = ? AND name_key = ?",
                              "looking for a name"};
inline constexpr Query kChildren{"SELECT guid FROM object WHERE parent = ? ORDER BY guid",
                                 "reading children"};
inline constexpr Query kChangedSince{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals FROM object"
    " WHERE context = ? AND usn > ? ORDER BY usn",
    "reading changes"};
inline constexpr Query kAllChangedSince{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals, 0 FROM object"
    " WHERE context = ?1 AND usn > ?2 UNION ALL"
    " SELECT source, context, target, attribute, usn, flags, history, NULL, 1 FROM link"
    " WHERE context = ?1 AND usn > ?2 ORDER BY 5",
    "reading changes"};
inline constexpr Query kDeadSince{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals, 0 FROM object"
    " WHERE context = ?1 AND usn > ?2 AND flags & 1 UNION ALL"
    " SELECT source, context, target, attribute, usn, flags, history, NULL, 1 FROM link"
    " WHERE context = ?1 AND usn > ?2 AND NOT flags & 1 ORDER BY 5",
    "reading what is deleted"};
inline constexpr Query kLink{
    "SELECT source, context, target, attribute, usn, flags, history FROM link"
    " WHERE source = ? AND attribute = ? AND target = ?",
    "reading a link"};
inline constexpr Query kLinksFrom{
    "SELECT source, context, target, attribute, usn, flags, history FROM link WHERE source = ?"
    " ORDER BY attribute, target",
    "reading links"};
inline constexpr Query kLinksTo{
    "SELECT source, context, target, attribute, usn, flags, history FROM link WHERE target = ?"
    " ORDER BY source, attribute",
    "reading back links"};
inline constexpr Query kLinksUnsettled{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals FROM object"
    " WHERE context = ? AND flags & 4 ORDER BY guid",
    "reading unsettled links"};
inline constexpr Query kUnplacedRows{
    "SELECT guid, context, parent, name_key, usn, flags, stamps, vals FROM object"
    " WHERE context = ? AND flags & 2 ORDER BY guid",
    "reading unplaced objects"};
inline constexpr Query kReadUsn{"SELECT highest FROM usn", "reading the highest USN"};
inline constexpr Query kVector{
    "SELECT originator, usn, time, horizon, controller, mark_ordinal, mark_word, mark_start, cut"
    " FROM cursor WHERE context = ?",
    "reading a vector"};
inline constexpr Query kSource{"SELECT * FROM source WHERE source = ? AND context = ?",
                               "reading a source"};
inline constexpr Query kSources{"SELECT * FROM source ORDER BY source, context",
                                "reading the sources"};
// Each SELECT steps from one context to the next over its index, so that many rows cost nothing.
inline constexpr Query kContexts{
    "WITH RECURSIVE"
    " o (c) AS (SELECT min(context) FROM object"
    "  UNION ALL SELECT (SELECT min(context) FROM object WHERE context > c) FROM o WHERE c "
    "NOTNULL),"
    " l (c) AS (SELECT min(context) FROM link"
    "  UNION ALL SELECT (SELECT min(context) FROM link WHERE context > c) FROM l WHERE c NOTNULL)"
    " SELECT c FROM o WHERE c NOTNULL UNION SELECT c FROM l WHERE c NOTNULL"
    " UNION SELECT context FROM cursor UNION SELECT context FROM source ORDER BY 1",
    "reading which naming contexts are kept"};
inline constexpr Query kJournal{
    "SELECT kind, context, object, attribute, lost_version, lost_time, lost_originator, lost_usn,"
    " lost_values, kept_version, kept_time, kept_originator, kept_usn, kept_values, noticed"
    " FROM journal ORDER BY rowid",
    "reading the journal"};
inline constexpr Query kFact{"SELECT value FROM fact WHERE name = ?", "reading a fact"};

}  // namespace query

/// Face: Snapshot or Transaction.
template <typename Face>
class SqliteView : public Face {
 public:
  explicit SqliteView(Database& database) : database_(database) {}

  std::optional<Row> find(ObjectId id) const override {
    Statement found = database_.use(query::kFind);
    found.bind(id.value);
    if (!found.step()) return std::nullopt;
    return row_of(found);
  }

  std::optional<ObjectId> child(ObjectId parent, std::string_view name_key) const override {
    Statement found = database_.use(query::kChild);
    found.bind(parent.value).bind_text(name_key);
    if (!found.step()) return std::nullopt;
    return ObjectId{found.guid(0)};
  }

  void children(ObjectId parent, const Snapshot::RowVisitor& visit) const override {
    const Visit guard(visits_);
    Statement ids = database_.use(query::kChildren);  // sorts ids alone, not whole rows
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
    Statement rows = database_.use(query::kChangedSince);
    rows.bind(context.value).bind(after.value);
    visit_rows(rows, visit);
  }

  void unplaced(NamingContextId context, const Snapshot::RowVisitor& visit) const override {
    const Visit guard(visits_);
    Statement rows = database_.use(query::kUnplacedRows);
    rows.bind(context.value);
    visit_rows(rows, visit);
  }

  void all_changed_since(NamingContextId context, Usn after,
                         const Snapshot::ChangeVisitor& visit) const override {
    visit_changes(query::kAllChangedSince, context, after, visit);
  }

  void dead_since(NamingContextId context, Usn after,
                  const Snapshot::ChangeVisitor& visit) const override {
    visit_changes(query::kDeadSince, context, after, visit);
  }

  void links_unsettled(NamingContextId context, const Snapshot::RowVisitor& visit) const override {
    const Visit guard(visits_);
    Statement rows = database_.use(query::kLinksUnsettled);
    rows.bind(context.value);
    visit_rows(rows, visit);
  }

  std::optional<Link> link(const LinkId& id) const override {
    Statement found = database_.use(query::kLink);
    found.bind(id.source.value).bind_text(id.attribute).bind(id.target.value);
    if (!found.step()) return std::nullopt;
    return link_of(found);
  }

  void links_from(ObjectId source, const Snapshot::LinkVisitor& visit) const override {
    visit_links(query::kLinksFrom, source, visit);
  }

  void links_to(ObjectId target, const Snapshot::LinkVisitor& visit) const override {
    visit_links(query::kLinksTo, target, visit);
  }

  Usn highest_usn() const override { return highest_usn_; }

  UpToDatenessVector vector(NamingContextId context) const override {
    UpToDatenessVector vector;
    Statement cursors = database_.use(query::kVector);
    cursors.bind(context.value);
    while (cursors.step()) {
      vector.merge(InvocationId{cursors.guid(0)}, {.usn = Usn{cursors.unsigned_number(1)},
                                                   .time = time_of(cursors.number(2)),
                                                   .horizon = time_of(cursors.number(3)),
                                                   .controller = ControllerId{cursors.guid(4)},
                                                   .mark = mark_of(cursors, 5),
                                                   .cut = cursors.number(8) != 0});
    }
    return vector;
  }

  std::optional<SourceRecord> source(ControllerId source, NamingContextId context) const override {
    Statement found = database_.use(query::kSource);
    found.bind(source.value).bind(context.value);
    if (!found.step()) return std::nullopt;
    return source_of(found);
  }

  std::vector<SourceRecord> sources() const override {
    std::vector<SourceRecord> all;
    Statement rows = database_.use(query::kSources);
    while (rows.step())
      all.push_back(source_of(rows));
    return all;
  }

  std::vector<NamingContextId> contexts() const override {
    std::vector<NamingContextId> all;
    Statement rows = database_.use(query::kContexts);
    while (rows.step())
      all.emplace_back(rows.guid(0));
    return all;
  }

  using Face::journal;
  void journal(const std::function<bool(const JournalEntry&)>& visit) const override {
    const Visit guard(visits_);
    Statement entries = database_.use(query::kJournal);
    while (entries.step()) {
      if (!visit(entry_of(entries))) return;
    }
  }

  std::string fact(std::string_view name) const override {
    Statement found = database_.use(query::kFact);
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
    Statement found = database_.use(query::kReadUsn);
    const bool there = found.step();
    EXPECTS(there);
    highest_usn_ = Usn{found.unsigned_number(0)};
  }

  Database& database_;
  Usn highest_usn_;
  mutable int visits_ = 0;

 private:
  static void visit_rows(Statement& rows, const Snapshot::RowVisitor& visit) {
    while (rows.step()) {
      if (!visit(row_of(rows))) return;
    }
  }

  void visit_changes(const Query& query, NamingContextId context, Usn after,
                     const Snapshot::ChangeVisitor& visit) const {
    const Visit guard(visits_);
    Statement changes = database_.use(query);
    changes.bind(context.value).bind(after.value);
    while (changes.step()) {
      if (changes.number(8) == 0) {
        const Row row = row_of(changes);
        if (!visit(&row)) return;
      } else {
        const Link link = link_of(changes);
        if (!visit(&link)) return;
      }
    }
  }

  void visit_links(const Query& query, ObjectId end, const Snapshot::LinkVisitor& visit) const {
    const Visit guard(visits_);
    Statement links = database_.use(query);
    links.bind(end.value);
    while (links.step()) {
      if (!visit(link_of(links))) return;
    }
  }
};

}  // namespace ringspan::replicator::store
