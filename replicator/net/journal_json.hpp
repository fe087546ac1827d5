#pragma once

// Entries of the conflict journal as controllers tell them each other.

#include <string>

#include "base/result.hpp"
#include "replicator/engine/journal.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// A place as text: the RDN and the parent's GUID, whose bytes are no text.
std::vector<std::string> shown_values(const std::string& attribute,
                                      const std::vector<std::string>& values);

/// {"kind": "attribute", "object": GUID, "attribute": "title", "lost": {"values": ["B"], ...}, ...}
Json journal_json(const JournalEntry& entry);

/// Back; Errc::invalid names the field.
base::Result<JournalEntry> read_journal_entry(const Json& json);

/// Errc::invalid lists the words there are.
base::Result<ConflictKind> read_conflict_kind(const std::string& word);

}  // namespace ringspan::replicator::net
