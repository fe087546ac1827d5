#pragma once

// ConflictJournals: the journals of all controllers as one. An entry that ten have noticed is one
// (rule R7).

#include <map>
#include <string>
#include <vector>

#include "replicator/net/ask_all.hpp"

namespace ringspan::replicator::net {

struct Conflict {
  std::string id;
  JournalEntry entry;  ///< As whoever noticed it first keeps it.
  std::string dn;      ///< Of the object, as that one calls it; empty if it holds it no more.
  /// Who noticed it, and when: the first of them first.
  std::vector<std::pair<base::Time, std::string>> noticed;
};

struct ConflictJournals {
  std::vector<Conflict> conflicts;  ///< The one noticed last first.
  bool truncated = false;           ///< Some journal holds more than was asked for.
  /// Whose journal could not be read, by name, and why.
  std::vector<std::pair<std::string, std::string>> missing;
};

/// Answers to `journal`; learns whose database is whose.
ConflictJournals merge_journals(const ServiceGround& ground, const AnswersOfAll& answers);

}  // namespace ringspan::replicator::net
