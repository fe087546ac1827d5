#include "web/link_host.hpp"

#include <algorithm>

namespace ringspan::web {
namespace {

/// "0.0.0.0", "0", "::", "0:0::0": no digit but zero.
bool is_every_address(const std::string& host) {
  return host.find_first_not_of("0.:") == std::string::npos;
}

}  // namespace

std::string link_host(const std::string& served, const std::vector<std::string>& names,
                      const std::function<bool(const std::string& name)>& stands_for) {
  const auto is_name = [](const std::string& name) { return !is_every_address(name); };
  if (is_name(served)) return served;
  auto found = std::ranges::find_if(
      names, [&](const std::string& name) { return is_name(name) && stands_for(name); });
  if (found == names.end()) found = std::ranges::find_if(names, is_name);
  return found == names.end() ? "localhost" : *found;
}

}  // namespace ringspan::web
