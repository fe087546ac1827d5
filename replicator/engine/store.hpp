#pragma once

// Store: where a replica lives. Owned by the engine, which is its only writer.
//
// A Snapshot shows one committed state for as long as it lives, whatever is committed meanwhile.
// A Transaction is a snapshot that sees its own writes; destroyed without commit it never was.
// Every implementation passes the one contract test (tests/contract). A failing disk is an
// exception, StoreFailure; afterwards the transaction is void.

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "replicator/engine/journal.hpp"
#include "replicator/engine/link.hpp"
#include "replicator/engine/row.hpp"
#include "replicator/engine/source_record.hpp"

namespace ringspan::replicator {

/// The ground gives way. Says which file, what happened and what helps.
struct StoreFailure : std::runtime_error {
  enum class Kind {
    other,
    full,       ///< No room on the disk: writing goes on once there is some.
    read_only,  ///< The file system takes no writes.
    disk,       ///< It takes or gives back nothing, for now or for good.
    damaged,    ///< What is there is not what was written.
  };
  explicit StoreFailure(const std::string& what, Kind what_kind = Kind::other)
      : std::runtime_error(what), kind(what_kind) {}
  Kind kind;
};

class Snapshot {
 public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  virtual ~Snapshot() = default;

  /// Returning false ends the visit. A visitor may read, but must not write, what it visits.
  using RowVisitor = std::function<bool(const Row&)>;
  using LinkVisitor = std::function<bool(const Link&)>;
  using Changed = std::variant<const Row*, const Link*>;  ///< Never null.
  using ChangeVisitor = std::function<bool(const Changed&)>;

  virtual std::optional<Row> find(ObjectId id) const = 0;

  /// The child that claims `name_key` (not empty) below `parent`.
  virtual std::optional<ObjectId> child(ObjectId parent, std::string_view name_key) const = 0;

  /// Every row whose parent is `parent`, deleted and unplaced ones too, in the order of ids.
  virtual void children(ObjectId parent, const RowVisitor& visit) const = 0;

  /// Rows of the context with usn > `after`, ascending.
  virtual void changed_since(NamingContextId context, Usn after, const RowVisitor& visit) const = 0;

  /// Rows and links of the context with usn > `after`, ascending.
  virtual void all_changed_since(NamingContextId context, Usn after,
                                 const ChangeVisitor& visit) const = 0;

  /// Unplaced rows of the context, in the order of ids.
  virtual void unplaced(NamingContextId context, const RowVisitor& visit) const = 0;

  /// Rows of the context whose links are unsettled, in the order of ids.
  virtual void links_unsettled(NamingContextId context, const RowVisitor& visit) const = 0;

  /// Deleted rows and removed links of the context with usn > `after`, ascending.
  virtual void dead_since(NamingContextId context, Usn after, const ChangeVisitor& visit) const = 0;

  virtual std::optional<Link> link(const LinkId& id) const = 0;

  /// Every link from `source`, removed ones too, in the order of attribute and target.
  virtual void links_from(ObjectId source, const LinkVisitor& visit) const = 0;

  /// Every link to `target`, removed ones too, in the order of source and attribute.
  virtual void links_to(ObjectId target, const LinkVisitor& visit) const = 0;

  /// Highest USN given out by committed (or this transaction's own) writes; 0 at birth.
  virtual Usn highest_usn() const = 0;

  /// Cursors of other originators. The database's own cursor is not kept: it is highest_usn().
  virtual UpToDatenessVector vector(NamingContextId context) const = 0;

  virtual std::optional<SourceRecord> source(ControllerId source,
                                             NamingContextId context) const = 0;
  /// In the order of source, then context.
  virtual std::vector<SourceRecord> sources() const = 0;

  /// Of which anything is kept here (rows, links, cursors, source records), in the order of ids.
  virtual std::vector<NamingContextId> contexts() const = 0;

  /// Entries of the conflict journal in the order in which they were kept.
  virtual void journal(const std::function<bool(const JournalEntry&)>& visit) const = 0;

  /// Small durable facts by name ("invocation", "forest", ...); empty when never set.
  virtual std::string fact(std::string_view name) const = 0;
};

class Transaction : public Snapshot {
 public:
  /// The next USN: highest_usn() + 1, and highest_usn() from now on.
  virtual Usn next_usn() = 0;

  /// Inserts or replaces the row of `row.id`. The caller owes (a broken contract otherwise): no
  /// other row claims the name key under this parent; the USN was given out, and no other row bears
  /// it, for a page that ended between two rows of one USN would lose the second.
  virtual void put(const Row& row) = 0;

  /// Inserts or replaces the link of `link.id`; its USN is bound by the same contract.
  virtual void put(const Link& link) = 0;

  /// Nothing is kept of the object, or of the link, any more; its USN is not given out again.
  virtual void erase(ObjectId id) = 0;
  virtual void erase(const LinkId& id) = 0;

  virtual void set_vector(NamingContextId context, const UpToDatenessVector& vector) = 0;
  virtual void set_source(const SourceRecord& record) = 0;

  /// Nothing is kept of the context any more: no row, link, cursor or source record. Journal, facts
  /// and highest_usn() stay.
  virtual void forget(NamingContextId context) = 0;

  /// Keeps one entry per identity (object, attribute, losing write): the first.
  virtual void journal(const JournalEntry& entry) = 0;
  using Snapshot::journal;

  virtual void set_fact(std::string_view name, std::string_view value) = 0;

  /// One level: what came after mark() goes with undo(), USNs too. The mark stays after undo(); a
  /// new mark() replaces it.
  virtual void mark() = 0;
  virtual void undo() = 0;

  /// Durable when it returns. Nothing may follow.
  virtual void commit() = 0;
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// May be called from any thread, at any time, also while a transaction is open: shows what was
  /// committed last. The store must outlive the snapshot, which one thread at a time may use.
  virtual std::unique_ptr<Snapshot> read() = 0;

  /// One at a time, from the engine's strand.
  virtual std::unique_ptr<Transaction> begin() = 0;
};

}  // namespace ringspan::replicator
