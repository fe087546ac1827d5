#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/time.hpp"

namespace ringspan::cli {

/// "now", "3 s ago", "5 min ago", "4 h ago", "12 d ago"; "in 3 s" for what is to come.
std::string relative(base::Time time, base::Time now);

/// The same of an answer's field: "never" for null, the text itself if it is no time.
std::string relative(const nlohmann::json& field, base::Time now);

/// "3 ms", "0.4 s", "40 s", "12 min", "5 h", "3 d".
std::string span_text(base::Duration span);

}  // namespace ringspan::cli
