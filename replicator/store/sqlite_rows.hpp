#pragma once

// What is in a row of a table, and back; flags and packed columns are explained in schema.cpp.

#include <string>
#include <vector>

#include "replicator/engine/store.hpp"
#include "replicator/store/sqlite.hpp"

namespace ringspan::replicator::store {

std::int64_t number_of(base::Time time);
base::Time time_of(std::int64_t number);

/// Columns guid, context, parent, name_key, usn, flags, stamps, vals.
Row row_of(const Statement& from);
std::int64_t flags_of(const Row& row);

/// Columns source, context, target, attribute, usn, flags, history. StoreFailure if damaged.
Link link_of(const Statement& from);
std::int64_t flags_of(const Link& link);

/// Three columns from `column` on.
Mark mark_of(const Statement& from, int column);

SourceRecord source_of(const Statement& from);
void bind_counts(Statement& to, const PullCounts& counts);

JournalEntry entry_of(const Statement& from);
void bind_stamp(Statement& to, const Stamp& stamp);

/// varint count | count x (varint length + bytes)
std::string pack(const std::vector<std::string>& values);

}  // namespace ringspan::replicator::store
