#include "replicator/net/join.hpp"

#include <utility>

#include <fmt/format.h>

#include "replicator/net/authority.hpp"
#include "replicator/net/data_folder.hpp"
#include "replicator/net/join_tokens.hpp"
#include "replicator/net/tls_client.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::replicator::net {
namespace {

base::Result<wire::JoinAnswer> redeem(const JoinToken& token, const std::string& signing_request,
                                      base::Duration timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto address = Address::parse(token.address);
  if (!address) return base::fail(address.error());
  const auto context = joining_context(token.fingerprint);
  if (!context) return base::fail(context.error());
  const auto connection = TlsClient::connect(*address, *context, deadline);
  if (!connection) return base::fail(connection.error());
  auto sent =
      (*connection)
          ->send(wire::JoinRequest{token.secret, token.controller, token.site, signing_request},
                 deadline);
  if (!sent) return base::fail(sent.error());
  auto message = (*connection)->receive(deadline);
  if (!message) return base::fail(message.error());
  auto* answer = std::get_if<wire::JoinAnswer>(&*message);
  if (answer == nullptr) {
    return base::fail(base::Errc::damaged,
                      fmt::format("{}: does not answer as a controller does", token.address));
  }
  if (!answer->error.empty()) return base::fail(base::Errc::refused, answer->error);
  return std::move(*answer);
}

/// The certificate must be of the authority that the token names and fit our key.
base::Result<void> check(const JoinToken& token, const wire::JoinAnswer& answer,
                         const std::string& key) {
  const auto print = fingerprint(answer.authority);
  if (!print) return base::fail(print.error());
  const auto usable = client_context({answer.authority, answer.certificate, key});
  if (*print == token.fingerprint && usable) return {};
  return base::fail(base::Errc::damaged,
                    fmt::format("{}: the certificate that came is not ours to use", token.address));
}

/// Whom the token names by its address.
std::optional<ControllerId> inviter(const sites::Forest& forest, const JoinToken& token) {
  for (const sites::Controller& controller : forest.controllers) {
    if (controller.address == token.address) return controller.id;
  }
  return std::nullopt;
}

}  // namespace

base::Result<Joined> join(const Joining& joining, base::Time /*now*/, base::Duration timeout) {
  const auto token = JoinToken::parse(joining.token);
  if (!token) return base::fail(token.error());
  std::error_code error;
  if (std::filesystem::exists(joining.data_folder, error)) {
    return base::fail(base::Errc::exists, fmt::format("{}: is there already; name another folder",
                                                      joining.data_folder.string()));
  }
  const std::string key = make_key();
  const auto answer = redeem(*token, make_signing_request(key, token->controller), timeout);
  if (!answer) return base::fail(answer.error());
  if (auto checked = check(*token, *answer, key); !checked) return base::fail(checked.error());
  auto forest = sites::read_forest(answer->forest, "forest.json");
  if (!forest) return base::fail(base::Errc::damaged, to_string(forest.error().front()));
  const auto* controller = sites::find_controller(*forest, token->controller);
  const std::string listen =
      !joining.listen.empty() || controller == nullptr ? joining.listen : controller->address;
  if (controller == nullptr || !Address::parse(listen)) {
    return base::fail(base::Errc::invalid,
                      fmt::format("controller {}: no address to listen on; give one, or add it to "
                                  "the forest definition",
                                  token->controller));
  }
  auto made = create_joined_folder(
      joining.data_folder, {*forest,
                            {controller->name, controller->id, listen, inviter(*forest, *token)},
                            answer->authority,
                            answer->certificate,
                            key});
  if (!made) return base::fail(made.error());
  return Joined{controller->name, token->site, listen, forest->name};
}

}  // namespace ringspan::replicator::net
