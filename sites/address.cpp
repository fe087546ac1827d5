#include "sites/address.hpp"

#include <algorithm>
#include <string>

namespace ringspan::sites {

bool is_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, is_digit)) return false;
  if (std::stoul(std::string(port)) > 65535) return false;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    return !host.empty() && host.find_first_of("[] ") == std::string_view::npos;
  }
  return host.find_first_of("[]: ") == std::string_view::npos;
}

}  // namespace ringspan::sites
