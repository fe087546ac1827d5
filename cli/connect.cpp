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

}  // namespace

base::Result<std::string> ask_over_tls(const Place& place, const std::string& request) {
  const auto route = find_route(place);
  if (!route) return base::fail(route.error());
  const auto credentials = replicator::net::credentials_of(route->operator_folder);
  if (!credentials) return base::fail(credentials.error());

  std::string reasons;
  for (const auto& candidate : route->candidates) {
    auto client = AdminClient::connect(candidate.address, *credentials,
                                       std::min(kConnectTime, place.timeout));
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
