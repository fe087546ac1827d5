#pragma once

// The parameters that a request gives a route: read from the path, the query or the body, and held
// to the route's table (routes.hpp).

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.hpp"
#include "web/exchange.hpp"
#include "web/routes.hpp"

namespace ringspan::web {

/// The admin request of a route with Answer::ask. Errc::invalid names the parameter.
base::Result<std::string> admin_request(const Route& route, const Request& request);

/// The body of a POST as it came. Errc::invalid: no JSON object, or a deep one.
base::Result<nlohmann::ordered_json> read_body(const std::string& body);

/// The parameters as one JSON object by name, held to their kinds and to the route's table.
base::Result<nlohmann::ordered_json> read_parameters(const Route& route, const Request& request);

}  // namespace ringspan::web
