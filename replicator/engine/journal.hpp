#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "replicator/engine/object.hpp"

namespace ringspan::replicator {

/// What kind of conflict dropped or overwrote a value.
enum class ConflictKind {
  attribute,   ///< Two writes of one attribute, neither having seen the other.
  name,        ///< Two objects wanted one name; this one was renamed to its conflict name.
  orphan,      ///< Its parent was deleted elsewhere; moved to LostAndFound.
  cycle,       ///< Two moves put objects below each other; this one went to LostAndFound.
  deletion,    ///< An edit made while the object was deleted elsewhere.
  link,        ///< A link added and removed at once, or one value too many of a single-valued one.
  divergence,  ///< One write with two values, of which a person chose the other one (rule R31).
};
std::string_view to_string(ConflictKind kind);

/// One value that lost. A link's values are "<GUID=...>" of its target (value_of). Identity:
/// object, attribute, losing write; one conflict noticed at ten controllers is one entry (rule R7).
struct JournalEntry {
  ConflictKind kind = ConflictKind::attribute;
  NamingContextId naming_context;
  ObjectId object;
  std::string attribute;
  Stamp lost;
  std::vector<std::string> lost_values;
  Stamp kept;
  std::vector<std::string> kept_values;
  base::Time noticed{};

  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

/// Twelve hexadecimal digits made of the entry's identity: the same at every controller.
std::string conflict_id(const JournalEntry& entry);

}  // namespace ringspan::replicator
