#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ringspan::web {

/// The host in a link to a page that is served on `served`: itself, unless that means every address
/// of the machine ("0.0.0.0", "::"). Then the first of `names` for which the page's certificate
/// stands, else the first that is not empty, else "localhost".
std::string link_host(const std::string& served, const std::vector<std::string>& names,
                      const std::function<bool(const std::string& name)>& stands_for);

}  // namespace ringspan::web
