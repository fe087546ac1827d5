#pragma once

#include <cstdint>

#include "base/guid.hpp"
#include "base/strong.hpp"
#include "sites/ids.hpp"

namespace ringspan::replicator {

using sites::ControllerId;
using sites::NamingContextId;

/// Update sequence number: one counter per database, +1 for every committed write of an object,
/// local or replicated; never reused inside one invocation id (MS-ADTS 3.1.1.1.9). 0 is before all.
using Usn = base::Strong<struct UsnTag, std::uint64_t>;

/// Epoch of a database's USN counter; a restored database takes a new one.
using InvocationId = base::Strong<struct InvocationIdTag, base::Guid>;

/// objectGUID: names an object for good, whatever it is renamed to.
using ObjectId = base::Strong<struct ObjectIdTag, base::Guid>;

}  // namespace ringspan::replicator
