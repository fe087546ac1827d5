#pragma once

// Recovery: another life for a database that was put back, by our command from a backup, or behind
// its back (rules R25, R34).

#include <optional>
#include <vector>

#include "replicator/engine/identity.hpp"
#include "replicator/engine/rollback.hpp"

namespace ringspan::replicator {

/// From now on this database writes as `next`. What it wrote as `former` is a stranger's, of which
/// it holds all up to `cut`, and nobody's vector covers more; without `cut` all that is here, and
/// what came later is pulled back like anything else.
void begin_life(Transaction& store, InvocationId former, InvocationId next, std::optional<Usn> cut,
                base::Time now);

/// A write that may be numbered twice, written again.
struct Renewed {
  ObjectId object;
  std::string attribute;
  friend bool operator==(const Renewed&, const Renewed&) = default;
};

struct Recovery {
  InvocationId former;
  InvocationId invocation;
  Quarantine from;
  std::vector<Renewed> renewed;
  friend bool operator==(const Recovery&, const Recovery&) = default;
};

/// Ends a quarantine: another life, in which everything that was written here since the database
/// was put back is written again, with its time and a version more. So it reaches those who believe
/// that they know its number. `identity` is who it is from now on.
Recovery recover(Transaction& store, Identity& identity, const Quarantine& quarantine,
                 InvocationId next, base::Time now);

}  // namespace ringspan::replicator
