#include "replicator/net/etcd.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/waiting_stream.hpp"
#include "sites/fence.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;
using base::fail;
using nlohmann::json;

constexpr std::chrono::seconds kOneTry{3};
constexpr std::chrono::seconds kAllTries{6};
constexpr std::size_t kLongestAnswer = 1U << 20U;

/// The body of an HTTP answer that ended with its connection; Errc::refused with what etcd says.
base::Result<std::string> body_of(const std::string& answer) {
  const auto head_end = answer.find("\r\n\r\n");
  const auto line_end = answer.find("\r\n");
  if (!answer.starts_with("HTTP/1.") || head_end == std::string::npos) {
    return fail(Errc::unavailable, "what it answers is no HTTP");
  }
  const std::string status = answer.substr(0, line_end);
  std::string body = answer.substr(head_end + 4);
  if (status.size() > 12 && status.substr(9, 3) == "200") return body;
  const json said = json::parse(body, nullptr, false);
  const bool told = said.is_object() && said.contains("error") && said["error"].is_string();
  const std::string reason = told ? said["error"].get<std::string>() : status;
  const bool server = status.size() > 12 && status[9] == '5';
  return fail(server ? Errc::unavailable : Errc::refused, reason);
}

}  // namespace

EtcdClient::EtcdClient(std::vector<std::string> endpoints, TlsContext context)
    : endpoints_(std::move(endpoints)), context_(std::move(context)) {}

base::Result<json> EtcdClient::ask(const std::string& path, const json& request) {
  const auto give_up_at = std::chrono::steady_clock::now() + kAllTries;
  base::Error last{Errc::unavailable, "the definition names no endpoint"};
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    if (i > 0 && std::chrono::steady_clock::now() >= give_up_at) break;
    const std::size_t place = (first_ + i) % endpoints_.size();
    const std::string& endpoint = endpoints_[place];
    const auto body = post(endpoint, path, request.dump());
    if (!body) {
      last = {body.error().code, fmt::format("{}: {}", endpoint, body.error().message)};
      if (last.code == Errc::refused) return fail(last);
      continue;
    }
    json answer = json::parse(*body, nullptr, false);
    if (!answer.is_object()) {
      last = {Errc::unavailable, fmt::format("{}: what it answers is no JSON", endpoint)};
      continue;
    }
    first_ = place;
    used_ = endpoint;
    return answer;
  }
  return fail(last);
}

// HTTP/1.0: the answer is whole when the connection ends, whatever the gateway streams.
base::Result<std::string> EtcdClient::post(const std::string& endpoint, const std::string& path,
                                           const std::string& body) const {
  const auto deadline = std::chrono::steady_clock::now() + kOneTry;
  const auto where = sites::parse_fence_endpoint(endpoint);
  if (!where) return fail(Errc::unavailable, where.error().message);
  if (where->tls && !context_) {
    return fail(Errc::unavailable,
                "needs a client certificate; give serve --fence-certificate, --fence-key and "
                "--fence-authority");
  }
  const auto address = Address::parse(where->address);
  if (!address) return fail(Errc::unavailable, address.error().message);
  auto stream = WaitingStream::connect(*address, where->tls ? context_ : TlsContext(), deadline);
  if (!stream) return fail(Errc::unavailable, stream.error().message);
  stream->demand_host(address->host);
  if (auto shaken = stream->handshake(deadline); !shaken) {
    return fail(Errc::unavailable, shaken.error().message);
  }
  const std::string request = fmt::format(
      "POST {} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      path, where->address, body.size(), body);
  if (auto sent = stream->write_all(request, deadline); !sent) return fail(sent.error());
  const auto answer = stream->read_to_end(kLongestAnswer, deadline);
  if (!answer) return fail(Errc::unavailable, answer.error().message);
  return body_of(*answer);
}

}  // namespace ringspan::replicator::net
