#pragma once

#include "replicator/configuration/pause.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// {"inbound": {"by": "admin", "since": "..."}, "outbound": null}
Json to_json(const configuration::Pauses& pauses);

/// What to_json wrote; what is missing or makes no sense is not paused.
configuration::Pauses read_pauses(const Json& json);

}  // namespace ringspan::replicator::net
