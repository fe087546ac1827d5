#pragma once

// Write: an originating change, as a person asks for it. `originate` (originate.hpp) checks it
// against the directory's constraints and stamps it; a replicated change is never checked.

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "replicator/engine/object.hpp"
#include "sites/dn.hpp"

namespace ringspan::replicator {

/// An object by its present name or, surer, by its id.
using Target = std::variant<sites::Dn, ObjectId>;

using Values = std::map<std::string, std::vector<std::string>>;

struct Add {
  sites::Dn dn;
  Values attributes;
};

/// Replaces all values of each attribute named; a write even if the values are the same.
struct Set {
  Target target;
  Values attributes;
};

/// Removes all values of each attribute named; one without values is refused.
struct Unset {
  Target target;
  std::vector<std::string> attributes;
};

struct Rename {
  Target target;
  sites::Rdn rdn;
};

struct Move {
  Target target;
  Target parent;
};

/// Refused while the object has children.
struct Delete {
  Target target;
};

using Write = std::variant<Add, Set, Unset, Rename, Move, Delete>;

/// What became of a write: the object, its DN now, and the local USN of the commit.
struct Written {
  ObjectId object;
  NamingContextId naming_context;
  std::string dn;
  Usn usn;
  friend bool operator==(const Written&, const Written&) = default;
};

}  // namespace ringspan::replicator
