#pragma once

#include <string_view>

namespace ringspan::sites {

/// Where a controller serves: "host:port", "192.0.2.1:389" or "[2001:db8::1]:389".
bool is_address(std::string_view text);

}  // namespace ringspan::sites
