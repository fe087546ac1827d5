#pragma once

// Write: an originating change, as a person asks for it. `originate` (originate.hpp) checks it
// against the directory's constraints and stamps it; a replicated change is never checked.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "replicator/engine/fence.hpp"
#include "replicator/engine/master_role.hpp"
#include "replicator/engine/naming_context.hpp"
#include "replicator/engine/object.hpp"
#include "sites/dn.hpp"

namespace ringspan::replicator {

/// An object by its present name or, surer, by its id.
using Target = std::variant<sites::Dn, ObjectId>;

using Values = std::map<std::string, std::vector<std::string>>;

struct Add {
  sites::Dn dn;
  Values attributes;
  /// A GUID that is known beforehand, so that two replicas that add the same thing mean the same
  /// object; one that was deleted comes to life again. Otherwise the object gets a new one.
  std::optional<ObjectId> id = std::nullopt;
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

/// Without `tree` refused while the object has children; with it they are deleted too.
struct Delete {
  Target target;
  bool tree = false;
};

/// What was deleted lives again where it stood, under `rdn` if that is given; refused below a
/// parent that is deleted itself, or where the name is taken. With the recycle bin on it has all
/// that it had, links too; otherwise its name.
struct Undelete {
  Target target;  ///< A DN: as it was.
  std::optional<sites::Rdn> rdn = std::nullopt;
};

/// One value of a linked attribute more; takes the place of the one value of a single-valued one.
struct AddLink {
  Target source;
  std::string attribute;
  Target target;
};

struct RemoveLink {
  Target source;
  std::string attribute;
  Target target;
};

/// The first objects of a new naming context, its head and cn=LostAndFound under ids that follow
/// from its own: whoever writes them holds all of it. Refused where something of it, or an object
/// of its name, is here already.
struct CreateContext {
  NamingContextHead head;
  /// Who has its roles first; otherwise whoever writes this.
  std::optional<ControllerId> first_owner = std::nullopt;
};

using Change = std::variant<Add, Set, Unset, Rename, Move, Delete, Undelete, AddLink, RemoveLink,
                            CreateContext>;

/// Nothing of a naming context was written, here or elsewhere, since a snapshot was taken.
struct Unchanged {
  NamingContextId naming_context;
  Usn since;  ///< The snapshot's highest_usn().
};

/// All of them in their order, or none: each sees what those before it did.
struct Together {
  std::vector<Change> changes;
  /// They were worked out from that snapshot: refused (Errc::refused) once it is out of date.
  std::optional<Unchanged> only_if = std::nullopt;
};

/// The owner of a role gives it up to another controller (rule O4). Whoever asks for what it was
/// given already gets the record that says so.
struct GiveRole {
  RoleId role;
  ControllerId to;
  InvocationId invocation;  ///< Of that controller.
  std::string who;
  std::string why;
  std::string request;
};

/// This controller takes a role whoever has it (rule O7).
struct SeizeRole {
  RoleId role;
  std::string who;
  std::string why;
};

/// The fence has given this controller a role: it writes the epoch that says so, and puts what it
/// holds of the role's data above all that was written before (rules F3, F5).
struct TakeRole {
  RoleId role;
  Revision revision;
  std::string who;  ///< Who asked the former owner to give it up; empty: nobody.
  std::string why;
  std::string request;
};

using Write = std::variant<Add, Set, Unset, Rename, Move, Delete, Undelete, AddLink, RemoveLink,
                           CreateContext, GiveRole, SeizeRole, TakeRole, Together>;

/// What became of a write (of the last one, if several went together): the object (a link's
/// source), its DN now, and the local USN of the commit.
struct Written {
  ObjectId object;
  NamingContextId naming_context;
  std::string dn;
  Usn usn;
  friend bool operator==(const Written&, const Written&) = default;
};

}  // namespace ringspan::replicator
