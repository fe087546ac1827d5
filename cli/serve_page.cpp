#include "cli/serve_page.hpp"

#include <memory>
#include <utility>

#include "replicator/net/address.hpp"
#include "web/server.hpp"

namespace ringspan::cli {

using replicator::net::Running;
using replicator::net::ServedPage;

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
    auto opened = web::Server::open(named, {running.controller, running.forest, running.ask});
    if (!opened) return base::fail(opened.error());
    // Shared by the two ways to it.
    const std::shared_ptr<web::Server> server = *std::move(opened);
    return ServedPage{.url = server->url(),
                      .code = [server](const std::string& role) { return server->code(role); },
                      .stop = [server] { server->stop(); }};
  };
}

}  // namespace ringspan::cli
