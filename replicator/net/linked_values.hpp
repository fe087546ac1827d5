#pragma once

// Values of linked attributes as people write them: the DNs or the GUIDs of the objects meant.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator::net {

/// An object to add, and the links that it begins with.
struct LinkedAdd {
  Add add;                     ///< Without its linked attributes.
  std::vector<AddLink> links;  ///< From it, by its DN.
};

/// Each a DN or a GUID; the faults of all in one Errc::invalid, a line each.
base::Result<std::vector<Target>> read_targets(const std::vector<std::string>& texts);

/// Takes those values out that the schema says are links.
base::Result<LinkedAdd> split_links(const Schema& schema, Add add);

/// The object with its links, or nothing.
Write as_one_write(LinkedAdd linked);

}  // namespace ringspan::replicator::net
