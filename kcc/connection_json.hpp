#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "kcc/names.hpp"
#include "kcc/topology.hpp"

namespace ringspan::kcc {

/// A connection as all answers have it that show one whole; names instead of ids.
nlohmann::ordered_json connection_json(const Connection& connection, const Names& names);
nlohmann::ordered_json connections_json(const std::vector<Connection>& connections,
                                        const Names& names);

/// The names of the site links.
nlohmann::ordered_json path_json(const std::vector<sites::SiteLinkId>& path, const Names& names);
nlohmann::ordered_json ways_round_json(const Connection& connection, const Names& names);

/// Their names, in this order.
nlohmann::ordered_json controllers_json(const std::vector<sites::ControllerId>& controllers,
                                        const Names& names);

}  // namespace ringspan::kcc
