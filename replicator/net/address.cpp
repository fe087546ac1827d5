#include "replicator/net/address.hpp"

#include <charconv>

#include <fmt/format.h>

namespace ringspan::replicator::net {

base::Result<Address> Address::parse(std::string_view text) {
  const auto wrong = [&text] {
    return base::fail(base::Errc::invalid,
                      fmt::format("address \"{}\": give host:port, such as 127.0.0.1:4001", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();
  }
  if (host.empty() || host.find_first_of("/ \t\r\n") != std::string_view::npos) return wrong();
  Address address{std::string(host), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc{} || end != port.data() + port.size()) return wrong();
  return address;
}

std::string Address::to_string() const {
  const bool six = host.find(':') != std::string::npos;
  return six ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace ringspan::replicator::net
