#pragma once

// Object: an entry of the directory, decoded; a set of attributes, each with its stamp and context.
//
// Where an object stands and whether it lives are attributes too, so that one rule settles all:
//   "name"       values = { RDN, the parent's sixteen GUID bytes }   rename and move
//   "isdeleted"  values = { "TRUE" }, { "KEPT" } or none             delete and undelete
// ("KEPT": with the recycle bin on, all that the object had comes back with it.)
// Only Object reads and writes the inside of these two.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/engine/context.hpp"
#include "sites/dn.hpp"

namespace ringspan::replicator {

inline constexpr std::string_view kName = "name";
inline constexpr std::string_view kIsDeleted = "isdeleted";
inline constexpr std::string_view kDeleted = "TRUE";
inline constexpr std::string_view kKept = "KEPT";

/// A value with its history. No values: the attribute is absent and only carries its stamp.
struct Attribute {
  std::vector<std::string> values;  ///< A set: sorted, each once (but see "name").
  Stamp stamp;
  Context context;  ///< What the writer had seen; replicated, the same everywhere.
  Context beside;   ///< What else this replica has seen of the attribute; local, not replicated.
  Usn local;        ///< Our USN of the commit that brought the value here; local, not replicated.

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// Sorts and makes unique: the form in which values are kept.
std::vector<std::string> value_set(std::vector<std::string> values);

/// Where an object stands.
struct Placement {
  ObjectId parent;  ///< Nil for the head of a naming context.
  sites::Rdn rdn;
  friend bool operator==(const Placement&, const Placement&) = default;
};

/// The values of "name" for a placement, and back; nullopt where they make no sense.
std::vector<std::string> to_values(const Placement& placement);
std::optional<Placement> to_placement(const std::vector<std::string>& values);

struct Object {
  ObjectId id;
  NamingContextId naming_context;
  std::map<std::string, Attribute, std::less<>> attributes;  ///< Keyed by lower-case name.
  Usn usn;  ///< Local USN of the last commit that touched it; 0 before the first.
  /// Its place is not settled yet: the name is taken, the parent unknown or gone, or it stands
  /// below itself. Settled at the end of the cycle that brought it (rule R12).
  bool unplaced = false;
  /// Its links wait to be judged: one value too many, or one that a deletion swallowed. Judged at
  /// the end of a cycle too (rule R17); local.
  bool links_unsettled = false;

  /// "name" must be there: it is, for every object that was ever stored.
  Placement placement() const;
  const Stamp& name_stamp() const;
  bool deleted() const;

  /// Deleted, and whole: the recycle bin was on.
  bool kept() const;

  friend bool operator==(const Object&, const Object&) = default;
};

/// The first and the last GUID that an administrator meets: the head of a naming context bears the
/// context's own GUID, LostAndFound one derived from it; the same on every replica.
ObjectId head_of(NamingContextId context);
ObjectId lost_and_found_of(NamingContextId context);

}  // namespace ringspan::replicator
