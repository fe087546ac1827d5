#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "cli/assignments.hpp"

namespace ringspan::cli {

/// {"ask":"add","dn":DN,"attributes":{"title":["Head of A"]}}
nlohmann::json write_request(std::string_view ask, std::string_view dn,
                             const std::vector<Assigned>& assigned);

}  // namespace ringspan::cli
