#include "cli/serve_page.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "replicator/net/address.hpp"
#include "web/server.hpp"

namespace ringspan::cli {

using replicator::net::Caller;
using replicator::net::Role;
using replicator::net::Running;
using replicator::net::ServedPage;

namespace {

web::Node node_of(const Running& running) {
  return {
      .controller = running.controller,
      .forest = running.forest,
      .ask =
          [ask = running.ask](std::string request, const web::Who& who, web::AnswerTaker taker) {
            ask(std::move(request), {who.name, who.role, who.token}, std::move(taker));
          },
      .person = [person = running.person](const std::string& token) -> std::optional<web::Who> {
        auto caller = person(token);
        if (!caller) return std::nullopt;
        return web::Who{caller->name, caller->role, caller->token};
      }};
}

}  // namespace

base::Result<std::function<base::Result<ServedPage>(const Running&)>> page_of(
    const Arguments& given) {
  const auto address = replicator::net::Address::parse(given.text("--page"));
  if (!address) return base::fail(base::Errc::invalid, "--page: " + address.error().message);
  if (given.has("--page-certificate") != given.has("--page-key")) {
    return base::fail(base::Errc::invalid, "--page-certificate, --page-key: give both or neither");
  }
  const web::ServerSettings settings{.host = address->host,
                                     .port = address->port,
                                     .certificate = given.text("--page-certificate"),
                                     .key = given.text("--page-key")};
  return [settings](const Running& running) -> base::Result<ServedPage> {
    web::ServerSettings named = settings;
    named.name = running.host;
    auto opened = web::Server::open(named, node_of(running));
    if (!opened) return base::fail(opened.error());
    // Shared by the two ways to it.
    const std::shared_ptr<web::Server> server = *std::move(opened);
    return ServedPage{
        .url = server->url(),
        .code = [server](const Caller& caller, Role role) -> base::Result<std::string> {
          return server->code({caller.name, role, caller.token});
        },
        .stop = [server] { server->stop(); }};
  };
}

}  // namespace ringspan::cli
