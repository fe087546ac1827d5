#pragma once

// Row: an object as the store keeps it, and the codec between the two (format below).
//
//   stamps: version byte 1, then for each attribute in the order of names:
//             varint length + name | stamp | context | beside | varint local
//           stamp   = varint version | varint time (ms, zigzag) | 16 bytes originator | varint usn
//           context = varint count | count x (16 bytes originator | varint usn)
//   values: version byte 1, then for each attribute in the same order:
//             varint count | count x (varint length + bytes)
//
// The filter of `answer` reads `stamps` alone. A link is kept as its own few columns and
//
//   history: zigzag created (ms) | stamp | context | beside

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/link.hpp"
#include "replicator/engine/object.hpp"

namespace ringspan::replicator {

struct Row {
  ObjectId id;
  NamingContextId naming_context;
  ObjectId parent;
  std::string name_key;  ///< Unique among the children of `parent`; empty: claims no name.
  Usn usn;
  bool deleted = false;
  bool unplaced = false;
  bool links_unsettled = false;
  std::string stamps;
  std::string values;

  friend bool operator==(const Row&, const Row&) = default;
};

/// A deleted or unplaced object claims no name; nor does the head of a naming context, which is
/// found by its id: dc=eu below one domain may stand beside dc=eu below another.
Row to_row(const Object& object);

/// Errc::damaged where the bytes make no sense; whatever the bytes, never worse than that.
base::Result<Object> to_object(const Row& row);

/// What the filter needs of an attribute, without its values.
struct StampedName {
  std::string name;
  Stamp stamp;
  Usn local;
};
base::Result<std::vector<StampedName>> read_stamps(const Row& row);

/// created, stamp, context and beside of a link, packed; and back into `link`: false where the
/// bytes make no sense.
std::string pack_history(const Link& link);
bool unpack_history(std::string_view history, Link& link);

}  // namespace ringspan::replicator
