#pragma once

#include <string_view>

#include "base/result.hpp"

namespace ringspan::sites {

/// Where a fence of roles is asked (docs/roles.md): "https://etcd-1.corp.example:2379", or
/// "http://127.0.0.1:2379" where nothing leaves the machine.
struct FenceEndpoint {
  bool tls = true;
  std::string_view host;     ///< An IPv6 one without its brackets; points into the text.
  std::string_view address;  ///< host:port; likewise.
};

/// Errc::invalid for what is no endpoint, and for one that would go over a network in the clear;
/// the message ends with "; " and the remedy.
base::Result<FenceEndpoint> parse_fence_endpoint(std::string_view text);

}  // namespace ringspan::sites
