#pragma once

// Which entries of a journal are asked for: what a person says, and what one controller asks
// another.

#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "replicator/engine/journal.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// What a request gets at most.
inline constexpr std::size_t kMostConflicts = 10'000;

struct JournalFilter {
  std::optional<ConflictKind> kind;
  std::string attribute;  ///< Lower case; empty: any.
  std::optional<ObjectId> object;
  base::Time since{};  ///< Noticed then or later.
  std::string id;      ///< What its conflict_id begins with.
  std::size_t limit = 1000;

  bool takes(const JournalEntry& entry) const;
};

/// Of a request `journal`; Errc::invalid names the field.
base::Result<JournalFilter> read_journal_filter(const Asked& asked);

/// The request `journal`.
Json journal_request(const JournalFilter& filter);

/// An id as a person gives it, or its beginning.
base::Result<std::string> read_conflict_id(const Asked& asked);

}  // namespace ringspan::replicator::net
