#pragma once

// Fence: what outside of the forest decides who owns a role (docs/roles.md, rules F1 to F9). The
// engine knows what it says, not what it is.
//
//     version of role data = revision of the ownership it was written under * 65536 + n
//
// So an owner's writes overtake all of every ownership before it by the order of stamps alone, at
// every replica, in whatever order they come. What a former owner writes late loses where there was
// something; where there was nothing its version is below the floor, and whoever reads takes it for
// absent.

#include <cstdint>
#include <map>
#include <optional>

#include "base/result.hpp"
#include "replicator/engine/identity.hpp"
#include "replicator/engine/master_role.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// Of one ownership, given by the fence; the later has the greater one. 0: without a fence.
using Revision = base::Strong<struct RevisionTag, std::uint64_t>;

/// Of which roles a controller is the owner by the fence, for as long as its lease lasts.
using Leases = std::map<RoleId, Revision>;

/// What a write needs of the counter that the fence keeps for a role (rule F9).
struct Draw {
  RoleId role;
  std::uint64_t count = 0;
  std::uint64_t at_least = 0;  ///< No lesser number is drawn: here they are set aside already.
  /// A counter that was begun under this ownership, or one before it, does not count: the forest
  /// has been without a fence since.
  Revision since = {};
  /// Where it begins if none counts; or why this owner may not begin it.
  base::Result<std::uint64_t> begins_at = 0;
};

/// From `first` on so many, which nobody else is ever given.
struct Drawn {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  friend bool operator==(const Drawn&, const Drawn&) = default;
};

/// The least version that data of a role bears when it is written under `revision`.
std::uint64_t first_version(Revision revision);

/// Data of the role with a lesser version is void: it was written under an ownership that had ended
/// where its owner could not know. 0 without a fence, and until all that the present owner put
/// above the floor is here.
std::uint64_t fence_floor(const Snapshot& snapshot, const RoleId& role);

/// The role whose data this attribute of the object is; nullopt: anybody may write it.
std::optional<RoleId> guarded_by(const Object& object, std::string_view attribute,
                                 const NamingContextHeads& contexts);

/// True if the object as a whole is void: what makes it one is below the floor.
bool is_void(const Object& object, std::uint64_t floor, const RoleId& role);

/// The attribute of a scope's head that says since when the floor is where it is.
std::string_view floor_mark(MasterRole role);

}  // namespace ringspan::replicator
