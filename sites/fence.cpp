#include "sites/fence.hpp"

#include <fmt/format.h>

#include "sites/address.hpp"

namespace ringspan::sites {
namespace {

bool is_loopback(std::string_view host) {
  return host.starts_with("127.") || host == "::1" || host == "localhost";
}

}  // namespace

base::Result<FenceEndpoint> parse_fence_endpoint(std::string_view text) {
  constexpr std::string_view kClear = "http://";
  constexpr std::string_view kTls = "https://";
  FenceEndpoint endpoint{.tls = text.starts_with(kTls), .host = {}, .address = {}};
  if (!endpoint.tls && !text.starts_with(kClear)) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"{}\" is no endpoint; write https://host:port", text));
  }
  endpoint.address = text.substr((endpoint.tls ? kTls : kClear).size());
  if (!is_address(endpoint.address)) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"{}\" is no endpoint; write https://host:port, and an IPv6 "
                                  "host in brackets",
                                  text));
  }
  endpoint.host = endpoint.address.substr(0, endpoint.address.rfind(':'));
  if (endpoint.host.starts_with('['))
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  if (!endpoint.tls && !is_loopback(endpoint.host)) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"{}\" would go over the network in the clear; write https://, "
                                  "and give serve a client certificate",
                                  text));
  }
  return endpoint;
}

}  // namespace ringspan::sites
