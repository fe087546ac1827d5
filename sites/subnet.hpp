#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ringspan::sites {

/// The canonical text of an IPv4 or IPv6 network in CIDR form: "10.1.0.0/16", "2001:db8::/32".
/// Refuses addresses with bits set behind the prefix, and says which network was meant.
base::Result<std::string> canonical_subnet(std::string_view text);

/// An IPv4 or IPv6 address in network order.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 4;
};

/// Fails with Errc::invalid.
base::Result<Address> parse_address(std::string_view text);

/// The prefix length of the canonical `subnet` if it holds the address.
std::optional<std::size_t> prefix_holding(std::string_view subnet, const Address& address);

}  // namespace ringspan::sites
