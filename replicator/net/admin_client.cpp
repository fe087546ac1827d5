#include "replicator/net/admin_client.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/ask.hpp"
#include "replicator/net/data_folder.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/tls_client.hpp"

namespace ringspan::replicator::net {
namespace {

/// A stranger's first frame is small; whoever has more to say says first who it is.
constexpr std::size_t kStrangersRequest = 48U << 10U;

TlsClient::Deadline in(base::Duration time) {
  return std::chrono::steady_clock::now() + time;
}

base::Result<TlsContext> context_of(const Credentials& credentials) {
  auto authority = read_file(credentials.authority);
  auto certificate = read_file(credentials.certificate);
  auto key = read_file(credentials.key);
  for (const auto* text : {&authority, &certificate, &key}) {
    if (!*text) return base::fail(text->error());
  }
  return client_context({*std::move(authority), *std::move(certificate), *std::move(key)});
}

/// A controller that listens everywhere can be asked on this machine.
std::string reachable(const std::string& listen) {
  auto address = Address::parse(listen);
  if (!address) return listen;
  if (address->host == "0.0.0.0") address->host = "127.0.0.1";
  if (address->host == "::") address->host = "::1";
  return address->to_string();
}

}  // namespace

base::Result<Credentials> credentials_of(const std::filesystem::path& data_folder) {
  const DataFolder folder{data_folder};
  std::error_code error;
  if (std::filesystem::exists(folder.operator_key(), error)) {
    return Credentials{folder.authority(), folder.operator_certificate(), folder.operator_key()};
  }
  if (std::filesystem::exists(folder.key(), error)) {
    return Credentials{folder.authority(), folder.certificate(), folder.key()};
  }
  return base::fail(
      base::Errc::not_found,
      fmt::format("{}: holds no key to ask with; name the data folder of a controller",
                  data_folder.string()));
}

AdminClient::AdminClient(std::unique_ptr<TlsClient> connection, std::string token)
    : connection_(std::move(connection)), token_(std::move(token)) {}
AdminClient::AdminClient(AdminClient&&) noexcept = default;
AdminClient& AdminClient::operator=(AdminClient&&) noexcept = default;
AdminClient::~AdminClient() = default;

base::Result<AdminClient> AdminClient::connect(const std::string& address,
                                               const Credentials& credentials,
                                               base::Duration timeout) {
  const auto where = Address::parse(address);
  if (!where) return base::fail(where.error());
  const auto context = context_of(credentials);
  if (!context) return base::fail(context.error());
  auto connection = TlsClient::connect(*where, *context, in(timeout));
  if (!connection) return base::fail(connection.error());
  return AdminClient(*std::move(connection));
}

base::Result<AdminClient> AdminClient::connect(const std::filesystem::path& data_folder,
                                               base::Duration timeout) {
  const auto home = read_home(data_folder);
  if (!home) return base::fail(home.error());
  const auto credentials = credentials_of(data_folder);
  if (!credentials) return base::fail(credentials.error());
  return connect(reachable(home->controller.listen), *credentials, timeout);
}

base::Result<AdminClient> AdminClient::connect(const std::string& address, const PersonToken& token,
                                               base::Duration timeout) {
  const auto where = Address::parse(address);
  if (!where) return base::fail(where.error());
  const auto context = joining_context(token.fingerprint);
  if (!context) return base::fail(context.error());
  auto connection = TlsClient::connect(*where, *context, in(timeout));
  if (!connection) return base::fail(connection.error());
  return AdminClient(*std::move(connection), token.to_string());
}

base::Result<std::string> AdminClient::ask(std::string json, base::Duration timeout) {
  if (token_.empty()) return exchange(std::move(json), timeout);
  auto request = Json::parse(json, nullptr, false);
  if (!request.is_object()) return base::fail(base::Errc::invalid, "the request is no JSON object");
  request["token"] = token_;
  json = to_text(request);
  if (asked_ == 0 && json.size() > kStrangersRequest) {
    auto known = exchange(to_text({{"ask", "whoami"}, {"token", token_}}), timeout);
    if (!known || known->starts_with(R"({"error":)")) return known;
  }
  return exchange(std::move(json), timeout);
}

base::Result<std::string> AdminClient::exchange(std::string json, base::Duration timeout) {
  const auto deadline = in(timeout);
  const std::uint64_t id = ++asked_;
  // One controller may carry it on to the one that is meant.
  auto sent = connection_->send(wire::Ask{.id = id, .json = std::move(json), .hops = 1}, deadline);
  if (!sent) return base::fail(sent.error());
  while (true) {
    auto message = connection_->receive(deadline);
    if (!message) return base::fail(message.error());
    if (auto* answer = std::get_if<wire::Answer>(&*message); answer && answer->id == id) {
      return std::move(answer->json);
    }
  }
}

}  // namespace ringspan::replicator::net
