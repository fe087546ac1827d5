#include "sites/subnet.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include <arpa/inet.h>
#include <fmt/core.h>

namespace ringspan::sites {
namespace {

tl::unexpected<base::Error> refuse(std::string_view text, std::string_view reason,
                                   std::string_view remedy) {
  return base::fail(base::Errc::invalid,
                    fmt::format("subnet \"{}\": {}; {}", text, reason, remedy));
}

/// Clears every bit behind the first `prefix` ones; true if one was set.
bool clear_host_bits(std::array<std::uint8_t, 16>& address, std::size_t size, std::size_t prefix) {
  bool cleared = false;
  for (std::size_t at = 0; at < size; ++at) {
    const std::size_t kept = prefix > at * 8 ? std::min<std::size_t>(prefix - at * 8, 8) : 0;
    const auto mask = static_cast<std::uint8_t>(0xff00U >> kept);
    cleared = cleared || (address[at] & ~mask & 0xff) != 0;
    address[at] &= mask;
  }
  return cleared;
}

}  // namespace

base::Result<std::string> canonical_subnet(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return refuse(text, "there is no prefix length", "write it like 10.1.0.0/16");
  }
  const std::string host(text.substr(0, slash));
  const int family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const std::size_t size = family == AF_INET ? 4 : 16;
  std::array<std::uint8_t, 16> address{};
  if (host.find('\0') != std::string::npos ||
      inet_pton(family, host.c_str(), address.data()) != 1) {
    return refuse(text, "the address is neither IPv4 nor IPv6",
                  "write it like 10.1.0.0/16 or 2001:db8::/32");
  }
  std::size_t prefix = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data() + slash + 1, end, prefix);
  if (code != std::errc{} || stop != end || prefix > size * 8) {
    return refuse(text, "the prefix length is wrong",
                  fmt::format("use a number from 0 to {}", size * 8));
  }
  const bool had_host_bits = clear_host_bits(address, size, prefix);
  std::array<char, INET6_ADDRSTRLEN> network{};
  inet_ntop(family, address.data(), network.data(), network.size());
  std::string canonical = fmt::format("{}/{}", network.data(), prefix);
  if (had_host_bits) {
    return refuse(text, "bits are set behind the prefix",
                  fmt::format("did you mean {}?", canonical));
  }
  return canonical;
}

base::Result<Address> parse_address(std::string_view text) {
  Address address;
  const std::string host(text);
  const int family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  address.size = family == AF_INET ? 4 : 16;
  if (host.find('\0') != std::string::npos ||
      inet_pton(family, host.c_str(), address.bytes.data()) != 1) {
    return base::fail(base::Errc::invalid,
                      fmt::format("{}: is no IPv4 or IPv6 address; write it like 10.1.2.3 or "
                                  "2001:db8::7",
                                  text));
  }
  return address;
}

std::optional<std::size_t> prefix_holding(std::string_view subnet, const Address& address) {
  const auto slash = subnet.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto network = parse_address(subnet.substr(0, slash));
  std::size_t prefix = 0;
  const char* end = subnet.data() + subnet.size();
  const auto [stop, code] = std::from_chars(subnet.data() + slash + 1, end, prefix);
  if (!network || network->size != address.size || code != std::errc{} || stop != end ||
      prefix > address.size * 8) {
    return std::nullopt;
  }
  auto bytes = address.bytes;
  clear_host_bits(bytes, address.size, prefix);
  return bytes == network->bytes ? std::optional(prefix) : std::nullopt;
}

}  // namespace ringspan::sites
