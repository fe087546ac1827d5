#include "web/server.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "web/clock.hpp"
#include "web/connection.hpp"
#include "web/link_host.hpp"

namespace ringspan::web {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

bool is_loopback_name(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

/// Does our certificate stand for this name or address?
bool stands_for(SSL_CTX* tls, const std::string& host) {
  X509* certificate = SSL_CTX_get0_certificate(tls);
  return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

/// The DNS names in our certificate, without wildcards.
std::vector<std::string> names_in(SSL_CTX* tls) {
  std::vector<std::string> names;
  auto* all = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(SSL_CTX_get0_certificate(tls), NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* one = sk_GENERAL_NAME_value(all, i);
    if (one->type != GEN_DNS) continue;
    const auto* text = one->d.dNSName;
    std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!name.starts_with('*')) names.push_back(std::move(name));
  }
  GENERAL_NAMES_free(all);
  return names;
}

}  // namespace

/// What a thread serves. The context goes before what its connections look at.
struct Server::Floor {
  Floor(Node given, Post post, bool secure)
      : node(std::move(given)),
        feed(node, post),
        page({node, secure, [this](const std::string& host) { return is_ours(host); }}) {}

  bool is_ours(const std::string& host) {
    return tls ? host == name || host == linked || stands_for(tls->native_handle(), host)
               : is_loopback_name(host);
  }

  /// Settles our names.
  void link_to(const ServerSettings& settings) {
    name = settings.host;
    std::vector<std::string> names{settings.name};
    if (tls) std::ranges::move(names_in(tls->native_handle()), std::back_inserter(names));
    boost::system::error_code unknown;
    names.push_back(asio::ip::host_name(unknown));
    linked = link_host(name, names, [this](const std::string& given) {
      return tls && stands_for(tls->native_handle(), given);
    });
  }

  static asio::awaitable<void> listen(Floor* floor);
  static asio::awaitable<void> tick(Floor* floor);

  Node node;
  std::string name;    // as it was told to serve on
  std::string linked;  // as our links call it
  std::optional<asio::ssl::context> tls;
  Feed feed;
  Page page;
  std::optional<Ground> ground;
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  asio::steady_timer second{context};
  std::thread thread;
};

asio::awaitable<void> Server::Floor::listen(Floor* floor) {
  asio::steady_timer pause(floor->context);
  while (floor->acceptor.is_open()) {
    boost::system::error_code failed;
    tcp::socket socket =
        co_await floor->acceptor.async_accept(redirect_error(use_awaitable, failed));
    if (failed) {  // too many open files, most likely
      pause.expires_after(100ms);
      co_await pause.async_wait(redirect_error(use_awaitable, failed));
      continue;
    }
    if (floor->ground->strangers >= kStrangers || floor->ground->connections >= kConnections) {
      continue;  // closed as it leaves the scope
    }
    const int descriptor = socket.release(failed);
    if (!failed) serve_connection(descriptor, *floor->ground);
  }
}

asio::awaitable<void> Server::Floor::tick(Floor* floor) {
  while (true) {
    floor->second.expires_after(1s);
    boost::system::error_code ended;
    co_await floor->second.async_wait(redirect_error(use_awaitable, ended));
    if (ended) co_return;
    floor->feed.tick(wall_clock());
  }
}

Server::Server(std::shared_ptr<Floor> floor) : floor_(std::move(floor)) {}

Server::~Server() {
  stop();
}

base::Result<std::unique_ptr<Server>> Server::open(const ServerSettings& settings, Node node) {
  const bool secure = !settings.certificate.empty();
  // The floor is not there yet when its feed learns the way back to it.
  const auto home = std::make_shared<std::weak_ptr<Floor>>();
  const Post post = [home](std::function<void()> job) {
    if (const auto floor = home->lock()) asio::post(floor->context, std::move(job));
  };
  const auto floor = std::make_shared<Floor>(std::move(node), post, secure);
  *home = floor;
  std::string trouble = "its certificate or key";
  auto code = base::Errc::invalid;
  try {
    if (secure) {
      floor->tls.emplace(asio::ssl::context::tls_server);
      SSL_CTX_set_min_proto_version(floor->tls->native_handle(), TLS1_2_VERSION);
      floor->tls->use_certificate_chain_file(settings.certificate);
      floor->tls->use_private_key_file(settings.key, asio::ssl::context::pem);
    }
    code = base::Errc::unavailable;
    trouble = fmt::format("cannot listen on {} port {}", settings.host, settings.port);
    tcp::resolver resolver(floor->context);
    const tcp::endpoint endpoint =
        resolver.resolve(settings.host, std::to_string(settings.port)).begin()->endpoint();
    if (!secure && !endpoint.address().is_loopback()) {
      return base::fail(base::Errc::refused,
                        fmt::format("--page {}: is no loopback address, and the page is not "
                                    "served to others without TLS; give --page-certificate and "
                                    "--page-key, or serve it on 127.0.0.1",
                                    settings.host));
    }
    floor->acceptor.open(endpoint.protocol());
    floor->acceptor.set_option(tcp::acceptor::reuse_address(true));
    floor->acceptor.bind(endpoint);
    floor->acceptor.listen();
  } catch (const boost::system::system_error& wrong) {
    return base::fail(code, fmt::format("the page: {}: {}", trouble, wrong.code().message()));
  }
  floor->link_to(settings);
  floor->ground.emplace(
      Ground{floor->context, floor->tls ? &*floor->tls : nullptr, floor->page, floor->feed, post});
  std::unique_ptr<Server> server(new Server(floor));
  const bool six = floor->linked.find(':') != std::string::npos;
  server->url_ =
      fmt::format("{}://{}{}{}:{}/", secure ? "https" : "http", six ? "[" : "", floor->linked,
                  six ? "]" : "", floor->acceptor.local_endpoint().port());
  asio::co_spawn(floor->context, Floor::listen(floor.get()), asio::detached);
  asio::co_spawn(floor->context, Floor::tick(floor.get()), asio::detached);
  floor->thread = std::thread([served = floor.get()] { served->context.run(); });
  return server;
}

std::string Server::code(const Who& who) {
  const base::Time now = wall_clock();
  return nlohmann::ordered_json{
      {"url", fmt::format("{}#code={}", url_, floor_->page.make_code(who, now))},
      {"controller", floor_->node.controller},
      {"role", to_string(who.role)},
      {"expires", base::to_string(now + Sessions::kCodeLife)}}
      .dump();
}

void Server::stop() {
  if (!floor_->thread.joinable()) return;
  floor_->context.stop();
  floor_->thread.join();
}

}  // namespace ringspan::web
