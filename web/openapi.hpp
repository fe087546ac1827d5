#pragma once

#include <string>

namespace ringspan::web {

/// The table of routes as an OpenAPI 3.1 file; `x-ringspan-role` names the role that each needs.
std::string openapi_text();

}  // namespace ringspan::web
