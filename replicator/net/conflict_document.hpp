#pragma once

// Conflicts as people are shown them: names instead of ids, what can be restored, hot spots.

#include <nlohmann/json_fwd.hpp>

#include "replicator/net/conflict_journals.hpp"

namespace ringspan::replicator::net {

/// What turns ids into words. All must outlive it.
struct ConflictGround {
  const Snapshot& snapshot;
  const NamingContextHeads& contexts;
  const sites::Forest& forest;
  const Originators& originators;
};

/// An entry of `conflicts`.
Json conflict_json(const ConflictGround& ground, const Conflict& conflict);

/// The objects, attributes and pairs of sites with the most entries, of each ten at most.
Json hot_json(const ConflictGround& ground, const std::vector<Conflict>& conflicts);

/// What stands where the loser would stand; null where the object is not here.
Json present_json(const ConflictGround& ground, const JournalEntry& entry);

/// "title becomes \"B\"": what a restoration does.
std::string restoration_text(const ConflictGround& ground, const Write& write);

/// The sites of both writers in alphabetical order, one twice if it is one; "" for unknown ones.
std::pair<std::string, std::string> sites_of(const ConflictGround& ground,
                                             const JournalEntry& entry);

}  // namespace ringspan::replicator::net
