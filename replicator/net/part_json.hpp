#pragma once

// What replicas tell each other when they are compared (docs/admin-requests.md: digest, holds).

#include <span>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/comparison.hpp"
#include "replicator/engine/digest.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// [["0a3", 24, GUID], ...]: digits, objects, digest. And back.
Json digests_json(const Digests& digests);
base::Result<Digests> read_digests(const Json& json);

/// {"page": base64 of its frame, "hidden": [[GUID, "member", GUID]], "looked": 12}. And back.
Json part_json(const Part& part);
base::Result<Part> read_part(const Asked& answer);

/// A list of GUIDs, and back.
Json objects_json(std::span<const ObjectId> objects);
base::Result<std::vector<ObjectId>> read_objects(const Asked& asked, const char* field);

}  // namespace ringspan::replicator::net
