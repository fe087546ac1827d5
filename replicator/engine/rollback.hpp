#pragma once

// Rollback: how a replica finds out that its disk was put back behind its back (rule R25), and what
// is noted of it.
//
//     marks of this database     1 ──► 2 ─────────► 3 ──►           recorded before they are given
//     out its USNs                   0     40           95    102
//
// A cursor of ours that a partner shows bears the mark under which it was given out. If we do not
// know the mark, or if its USN is beyond where the mark ended here, another life of this database
// gave it out, one that we have lost.

#include <optional>
#include <string>

#include "replicator/engine/identity.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// The mark that cursors of this database bear now; ordinal 0 before the first.
Mark mark_of(const Snapshot& snapshot);

/// Whether the present mark has served long enough: ten minutes, and something was written since.
bool mark_is_due(const Snapshot& snapshot, base::Time now);

/// The next mark. `life` is random and another one with each start of the controller.
void begin_mark(Transaction& store, const base::Guid& life, base::Time now);

/// That this database was put back, as far as it is known.
struct Quarantine {
  base::Time since{};
  ControllerId shown_by;  ///< Who proved it.
  Usn shown;              ///< By this write of ours.
  Usn safe;               ///< Up to here nothing is numbered twice.
  friend bool operator==(const Quarantine&, const Quarantine&) = default;
};

/// What a cursor of ours that `by` shows proves; nullopt: nothing.
std::optional<Quarantine> proof_in(const Snapshot& snapshot, const Cursor& shown, ControllerId by,
                                   base::Time now);

/// The same of a request for changes: the destination shows its vector, and where it stands in our
/// order.
std::optional<Quarantine> proof_in(const Snapshot& snapshot, const Identity& me,
                                   const GetChanges& request, ControllerId by, base::Time now);

/// The same of a write of ours that we lack.
Quarantine proof_by(const Snapshot& snapshot, const Stamp& lost, ControllerId by, base::Time now);

/// Noted for the invocation id `me`; another one is quarantined no more.
void note_quarantine(Transaction& store, InvocationId me, const Quarantine& quarantine);
std::optional<Quarantine> quarantine_of(const Snapshot& snapshot, InvocationId me);

/// "b1: is quarantined: its disk was put back ...", with the remedy.
std::string sentence(const Snapshot& snapshot, const Identity& me, const Quarantine& quarantine);

}  // namespace ringspan::replicator
