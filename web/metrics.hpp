#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ringspan::web {

/// A status document (docs/schemas/status.schema.json) in Prometheus' text format 0.0.4. A number
/// that is not known has no line.
std::string metrics_text(const nlohmann::json& status);

}  // namespace ringspan::web
