#pragma once

// Ownership: which controller has a role, and who had it before (docs/roles.md).
//
//   cn=configuration,dc=...
//     cn=roles            founder: the controller that began the forest
//       cn=rid 2 <scope> <invocation id of the owner>      one epoch, an object that never changes
//
//     const Ownership now = ownership_of(*snapshot, configuration, {MasterRole::rid, domain});
//
// An epoch is an object (rule O1): each change of ownership adds one, and none is ever written
// again. So nothing that replicas merge can mix two ownerships, the greatest epoch decides wherever
// it is known (O2), and the history is the list of the objects.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/engine/fence.hpp"
#include "replicator/engine/master_role.hpp"
#include "replicator/engine/object.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

class Writer;

/// The order of two epochs is the order of the fields: it is total, and the same everywhere.
struct Epoch {
  Revision revision;  ///< The greatest that the fence has given for the role; 0 without one.
  std::uint64_t counter = 1;  ///< 1 for the first owner, one more with each change.
  InvocationId owner;         ///< Of the owner, when it became that.
  friend auto operator<=>(const Epoch&, const Epoch&) = default;
};

/// How an owner got its role.
enum class Gained {
  first,
  transfer,
  seize,
  fence,  ///< It came first to the fence when nobody had the role (rule F3).
};
std::string_view to_string(Gained gained);

/// What the giver held of the role's scope when it gave the role up: the new owner acts once it
/// holds as much (rule O5).
struct Handover {
  InvocationId giver;
  Usn usn;
  friend bool operator==(const Handover&, const Handover&) = default;
};

struct Ownership {
  RoleId role;
  Epoch epoch;
  ControllerId owner;  ///< Nil: a founder that no object names, known by its epoch alone.
  Gained gained = Gained::first;
  base::Time when{};
  std::string who;  ///< Who asked for it; empty for the first owner.
  std::string why;
  std::optional<ControllerId> former;
  std::string request;  ///< By which a transfer is asked for again after a lost reply.
  std::optional<Handover> handover;
  bool settled = false;  ///< Of rid: nobody but the giver could hand out numbers (rule I6).
  friend bool operator==(const Ownership&, const Ownership&) = default;
};

/// The object below which all records stand, and the id of a record.
ObjectId roles_container(NamingContextId configuration);
ObjectId record_id(NamingContextId configuration, const RoleId& role, const Epoch& epoch);

/// True for a record of ownership and for the object that holds them all.
bool is_of_roles(const Object& object, NamingContextId configuration);

/// The configuration among these; nil if it is not held.
NamingContextId configuration_among(const NamingContextHeads& contexts);

/// The greatest epoch known here. What was never recorded belongs to the forest's founder (O3).
Ownership ownership_of(const Snapshot& snapshot, NamingContextId configuration, const RoleId& role);

/// Every ownership known here, oldest epoch first, whether or not it counts.
std::vector<Ownership> history_of(const Snapshot& snapshot, NamingContextId configuration,
                                  const RoleId& role);

/// The name of a controller, as the configuration has it; its GUID where it has none.
std::string name_of(const Snapshot& snapshot, ControllerId controller);

/// Writes cn=roles: this controller is the founder.
void found_roles(Writer& writer);

/// Writes a record. Errc::exists if another object has the name cn=roles.
base::Result<Written> record(Writer& writer, const Ownership& ownership);

}  // namespace ringspan::replicator
