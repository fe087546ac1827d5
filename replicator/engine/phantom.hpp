#pragma once

// Phantom: the name of an object of another naming context, for those who do not hold that one
// (rule O10 of docs/roles.md).
//
//   dc=corp,dc=example
//     cn=phantoms
//       cn=<GUID of the object>     phantomdn: its DN; phantomgone: it was deleted
//
// A link knows its ends by their GUIDs. The phantom stands in the naming context of the link's
// source and is replicated with it. Whoever writes the first link to an object writes its phantom;
// from then on the effective owner of the infrastructure role alone changes it.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "replicator/engine/naming_context.hpp"
#include "replicator/engine/object.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

struct Phantom {
  std::string dn;
  bool gone = false;  ///< Its object was deleted.
  friend bool operator==(const Phantom&, const Phantom&) = default;
};
using Phantoms = std::map<ObjectId, Phantom>;  // by the object that is meant

/// The object that is the phantom of `target`, and that below which all of them stand.
ObjectId phantom_id(NamingContextId context, ObjectId target);
ObjectId phantoms_container(NamingContextId context);

/// True for a phantom and for the object that holds them all.
bool is_of_phantoms(const Object& object);

/// Do links to objects of such a naming context need one? What everybody holds needs none.
bool needs_phantoms(sites::NamingContextKind kind);

/// As it is known in this naming context.
std::optional<Phantom> phantom_of(const Snapshot& snapshot, NamingContextId context,
                                  ObjectId target);

/// The object whose phantom bears this DN, and lives.
std::optional<ObjectId> phantom_named(const Snapshot& snapshot, NamingContextId context,
                                      const sites::Dn& dn);

/// The objects of other naming contexts that links from this one mean.
std::set<ObjectId> foreign_targets(const Snapshot& snapshot, const NamingContextHeads& contexts,
                                   NamingContextId context);

/// The writes that add the phantoms which are lacking; none where an object of another's has the
/// name cn=phantoms.
std::vector<Change> add_phantoms(const Snapshot& snapshot, const NamingContextHead& context,
                                 const Phantoms& told);

/// The writes that make the phantoms of the context say what was `told`, and remove those that no
/// link needs any more. What was not told of stays.
std::vector<Change> mend_phantoms(const Snapshot& snapshot, const NamingContextHeads& contexts,
                                  const NamingContextHead& context, const Phantoms& told);

}  // namespace ringspan::replicator
