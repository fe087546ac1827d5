#pragma once

// Vectors and stamps as controllers tell them each other in answers (part, lag, vector).

#include "base/result.hpp"
#include "replicator/engine/object.hpp"
#include "replicator/engine/vector.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// [{"originator": GUID, "usn": 7, "time": "..."}]
Json vector_json(const UpToDatenessVector& vector);
base::Result<UpToDatenessVector> read_vector(const Json& json);

/// {"title": {"version": 1, "time": "...", "originator": GUID, "usn": 7}}
Json stamps_json(const Object& object);
base::Result<std::map<std::string, Stamp>> read_stamps(const Json& json);

/// Errc::invalid names the field.
base::Result<base::Guid> read_guid(const Asked& asked, const char* field);

}  // namespace ringspan::replicator::net
