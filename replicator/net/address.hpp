#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ringspan::replicator::net {

/// Where a controller serves: "127.0.0.1:4001", "[::1]:4001", "dc1.corp.example:4001".
struct Address {
  std::string host;
  std::uint16_t port = 0;

  static base::Result<Address> parse(std::string_view text);
  std::string to_string() const;

  friend bool operator==(const Address&, const Address&) = default;
};

}  // namespace ringspan::replicator::net
