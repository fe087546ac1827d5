#include "cli/connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "replicator/net/admin_client.hpp"

namespace ringspan::cli {
namespace {

using replicator::net::AdminClient;

/// Longer than a lost packet or two, shorter than a person's patience.
constexpr base::Duration kConnectTime = std::chrono::seconds(5);

std::string carried_to(const std::string& at, const std::string& request) {
  auto json = nlohmann::json::parse(request);
  json["at"] = at;
  return json.dump();
}

/// As the token's person, or with the certificate that the folder holds.
base::Result<AdminClient> connect(const Place& place, const Route& route,
                                  const Candidate& candidate) {
  const auto limit = std::min(kConnectTime, place.timeout);
  if (!place.token.empty()) {
    const auto token = replicator::net::PersonToken::parse(place.token);
    if (!token) return base::fail(token.error());
    return AdminClient::connect(candidate.address, *token, limit);
  }
  const auto credentials = replicator::net::credentials_of(route.operator_folder);
  if (!credentials) return base::fail(credentials.error());
  return AdminClient::connect(candidate.address, *credentials, limit);
}

}  // namespace

base::Result<std::string> ask_over_tls(const Place& place, const std::string& request) {
  if (place.fault) return base::fail(*place.fault);
  if (!place.server.empty() && place.token.empty()) {
    return base::fail(base::Errc::invalid,
                      "--server: needs a token; give --token-file or $RINGSPAN_TOKEN");
  }
  const auto route = find_route(place);
  if (!route) return base::fail(route.error());

  std::string reasons;
  for (const auto& candidate : route->candidates) {
    auto client = connect(place, *route, candidate);
    if (client) {
      return client->ask(candidate.carry ? carried_to(place.at, request) : request, place.timeout);
    }
    if (!reasons.empty()) reasons += "\n";
    reasons += fmt::format("{}: {}", candidate.name, client.error().message);
  }
  if (route->candidates.size() == 1) return base::fail(base::Errc::unavailable, reasons);
  return base::fail(base::Errc::unavailable,
                    "no controller could be asked; start one with `ringspan serve`\n" + reasons);
}

}  // namespace ringspan::cli
