#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kcc/names.hpp"
#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// A connection as all answers have it that show one whole; names instead of ids.
nlohmann::ordered_json connection_json(const Connection& connection, const Names& names);

}  // namespace ringspan::kcc
