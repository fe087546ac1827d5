#pragma once

// Link: one value of a linked attribute, from its source object to its target object.
//
// Each value has a history of its own (MS-ADTS 3.1.1.1.9 LinkValueStamp), so two people may change
// one group at once and neither is lost, and a change to a group of ten thousand costs one value.
// The greater (created, stamp) wins (rule R16): a value that is born anew after its removal was
// forgotten beats a long history of its former life.

#include <compare>
#include <string>
#include <utility>

#include "replicator/engine/context.hpp"

namespace ringspan::replicator {

struct LinkId {
  ObjectId source;
  std::string attribute;  ///< Lower case.
  ObjectId target;
  friend auto operator<=>(const LinkId&, const LinkId&) = default;
};

struct Link {
  LinkId id;
  NamingContextId naming_context;  ///< Its source's.
  bool present = false;            ///< A value that was removed stays as its stamp.
  base::Time created{};            ///< Hybrid time of its birth; kept when it is added again.
  Stamp stamp;
  Context context;  ///< What the writer had seen of it; replicated.
  Context beside;   ///< What else this replica has seen of it; local, not replicated.
  Usn usn;          ///< Our USN of the commit that brought it here; local, not replicated.

  friend bool operator==(const Link&, const Link&) = default;
};

/// What decides between two writes of one value.
template <typename LinkOrChange>
std::pair<base::Time, Stamp> rank(const LinkOrChange& link) {
  return {link.created, link.stamp};
}

}  // namespace ringspan::replicator
