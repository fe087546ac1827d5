#pragma once

// The objects that `ringspan init --objects FILE` puts into a new forest, and where ids come from.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/genesis.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator::net {

/// New ids by chance. Any thread.
class RandomGuids final : public GuidSource {
 public:
  base::Guid next() override;
};

/// A JSON array of {"dn": "cn=alice,ou=people", "attributes": {"title": ["..."]}}. Every fault of
/// the file in one message, a line each.
base::Result<std::vector<Add>> read_objects(std::string_view text, const std::string& file);

/// Adds them in their order by originating writes, then their linked attributes (each value a DN or
/// a GUID), which may so point to any of them; again every fault in one message.
base::Result<void> add_objects(Store& store, GuidSource& guids, const Identity& identity,
                               const std::vector<Add>& objects, const std::string& file,
                               base::Time now);

}  // namespace ringspan::replicator::net
