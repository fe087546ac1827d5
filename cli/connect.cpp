#include "cli/connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

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

/// Where a read-only controller says that it may be written, if the forest wants writes carried.
std::optional<Candidate> moved_to(const std::string& answer) {
  const auto json = nlohmann::json::parse(answer, nullptr, false);
  if (!json.is_object() || !json.contains("error") || !json["error"].contains("go_to")) return {};
  const auto& there = json["error"]["go_to"];
  return Candidate{.name = there.value("controller", ""), .address = there.value("address", "")};
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
      auto answer =
          client->ask(candidate.carry ? carried_to(place.at, request) : request, place.timeout);
      const auto next = answer ? moved_to(*answer) : std::nullopt;
      if (!next) return answer;
      auto there = connect(place, *route, *next);  // once: who is writable carries no further
      return there ? there->ask(request, place.timeout) : base::fail(there.error());
    }
    if (!reasons.empty()) reasons += "\n";
    reasons += fmt::format("{}: {}", candidate.name, client.error().message);
  }
  if (route->candidates.size() == 1) return base::fail(base::Errc::unavailable, reasons);
  return base::fail(base::Errc::unavailable,
                    "no controller could be asked; start one with `ringspan serve`\n" + reasons);
}

}  // namespace ringspan::cli
