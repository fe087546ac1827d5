#pragma once

// A copy of a database while it is in use, and what a copy holds.

#include <map>
#include <string>
#include <vector>

#include "replicator/engine/ids.hpp"

namespace ringspan::replicator::store {

/// Copies one committed state of the database `from`, which another connection may have open and go
/// on writing, into the new file `to` (mode 0600), and makes that durable. StoreFailure otherwise;
/// what there is of `to` is of no use then.
void copy_database(const std::string& from, const std::string& to);

struct Contents {
  Usn highest_usn;
  std::map<NamingContextId, Usn> contexts;  ///< The latest USN of what is kept of each.
  std::string invocation;                   ///< As found_database or a promotion noted it.
  std::string controller;
};

/// Reads every page of a database that nobody has open; StoreFailure says what is damaged.
Contents check_database(const std::string& file);

}  // namespace ringspan::replicator::store
