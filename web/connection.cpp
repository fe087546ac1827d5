#include "web/connection.hpp"

#include <charconv>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "web/clock.hpp"
#include "web/listener.hpp"

namespace ringspan::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto kHeadLimit = 5s;
constexpr auto kBodyLimit = 30s;
constexpr auto kWriteLimit = 30s;
constexpr auto kIdleLimit = 60s;
constexpr auto kAnswerLimit = 90s;  // a forced pull may take a minute
constexpr std::uint32_t kHeadBytes = 16U << 10U;
constexpr std::uint64_t kBodyBytes = 1U << 20U;

constexpr std::pair<std::string_view, std::string_view> kAlways[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
     "'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
     "frame-ancestors 'none'; require-trusted-types-for 'script'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"}};

/// Counts a connection, until its first whole request as a stranger.
class Counted {
 public:
  explicit Counted(Ground& ground) : ground_(ground) {
    ++ground_.connections;
    ++ground_.strangers;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    known();
    --ground_.connections;
  }
  void known() {
    if (std::exchange(stranger_, false)) --ground_.strangers;
  }

 private:
  Ground& ground_;
  bool stranger_ = true;
};

/// A request whose form alone is wrong has a response already.
struct Read {
  Request request;
  std::optional<Response> refused;
};

Read read_request(const RawRequest& raw) {
  Read read;
  Request& request = read.request;
  request.method = std::string(raw.method_string());
  request.host = std::string(raw[http::field::host]);
  if (raw.count(http::field::origin) > 0) request.origin = std::string(raw[http::field::origin]);
  request.cookie = std::string(raw[http::field::cookie]);
  if (raw.count(http::field::authorization) > 0) {
    request.authorization = std::string(raw[http::field::authorization]);
  }
  request.if_none_match = std::string(raw[http::field::if_none_match]);
  request.body = raw.body();
  if (raw.count(http::field::host) != 1 || raw.count(http::field::origin) > 1 ||
      raw.count(http::field::authorization) > 1) {
    read.refused =
        error_response(400, "invalid", "not exactly one Host, or several Origin or Authorization");
  } else if (!read_target(raw.target(), request)) {
    read.refused = error_response(400, "invalid", "the path is not encoded as it should be");
  }
  return read;
}

http::response<http::string_body> raw_response(Response response, const RawRequest& request) {
  http::response<http::string_body> raw(static_cast<http::status>(response.status),
                                        request.version());
  for (const auto& [name, value] : kAlways)
    raw.set(name, value);
  raw.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : response.headers)
    raw.set(name, value);
  if (response.status != 204 && response.status != 304) {
    raw.set(http::field::content_type, response.content_type);
    raw.body() = std::move(response.body);
    raw.prepare_payload();
  }
  return raw;
}

/// A response that is waited for.
struct Awaited {
  explicit Awaited(asio::io_context& context) : arrived(context) {}
  asio::steady_timer arrived;
  std::optional<Response> response;
};

asio::awaitable<Response> answer_of(Ground* ground, Request request) {
  const auto awaited = std::make_shared<Awaited>(ground->context);
  awaited->arrived.expires_after(kAnswerLimit);
  // The answer may come when this connection, or the server, is gone.
  const std::weak_ptr<Awaited> weak = awaited;
  ground->page.answer(request, wall_clock(), [weak, post = ground->post](Response response) {
    post([weak, response = std::move(response)] {
      const auto open = weak.lock();
      if (!open) return;
      open->response = response;
      open->arrived.cancel();
    });
  });
  boost::system::error_code ignored;
  co_await awaited->arrived.async_wait(redirect_error(use_awaitable, ignored));
  if (awaited->response) co_return *std::move(awaited->response);
  co_return error_response(503, "unavailable", "no answer within 90 s");
}

class Connection {
 public:
  Connection(std::shared_ptr<Stream> stream, Ground& ground)
      : stream_(std::move(stream)), ground_(ground), counted_(ground) {}

  static asio::awaitable<void> run(std::unique_ptr<Connection> self) {
    try {
      co_await self->handshake();
      while (co_await self->serve_one()) {
      }
    } catch (const boost::system::system_error&) {
      // The other side went or was too slow; there is nobody to tell.
    }
    self->stream_->tcp().close();
  }

 private:
  asio::awaitable<void> handshake() {
    if (!stream_->tls()) co_return;
    stream_->tcp().expires_after(kHeadLimit);
    co_await stream_->tls()->async_handshake(asio::ssl::stream_base::server, use_awaitable);
  }

  /// False at the end.
  asio::awaitable<bool> serve_one() {
    http::request_parser<http::string_body> parser;
    parser.header_limit(kHeadBytes);
    parser.body_limit(kBodyBytes);
    boost::system::error_code failed;
    co_await read(parser, failed);
    if (failed == http::error::end_of_stream) co_return false;
    if (failed) co_return co_await refuse(failed);
    counted_.known();
    RawRequest raw = parser.release();
    Read taken = read_request(raw);
    Request& request = taken.request;
    std::optional<Response>& refused = taken.refused;
    if (!refused && boost::beast::websocket::is_upgrade(raw) && request.path == "/api/feed") {
      co_return co_await listen(std::move(raw), std::move(request));
    }
    const bool stays = raw.keep_alive();
    if (!refused) refused = co_await answer_of(&ground_, std::move(request));
    auto response = raw_response(*std::move(refused), raw);
    co_return co_await write(std::move(response), stays);
  }

  asio::awaitable<void> read(http::request_parser<http::string_body>& parser,
                             boost::system::error_code& failed) {
    if (buffer_.size() == 0) {  // between two requests one may wait
      stream_->tcp().expires_after(first_ ? kHeadLimit : kIdleLimit);
      const auto room = buffer_.prepare(4096);
      const std::size_t size =
          co_await stream_->async_read_some(room, redirect_error(use_awaitable, failed));
      if (failed) failed = http::error::end_of_stream;
      if (failed) co_return;
      buffer_.commit(size);
    }
    first_ = false;
    stream_->tcp().expires_after(kHeadLimit);
    co_await http::async_read_header(*stream_, buffer_, parser,
                                     redirect_error(use_awaitable, failed));
    if (failed) co_return;
    stream_->tcp().expires_after(kBodyLimit);
    co_await http::async_read(*stream_, buffer_, parser, redirect_error(use_awaitable, failed));
  }

  /// For a request that could not be read; the connection ends with it.
  asio::awaitable<bool> refuse(boost::system::error_code failed) {
    if (failed.category() != http::make_error_code(http::error::end_of_stream).category()) {
      co_return false;
    }
    const unsigned status = failed == http::error::body_limit     ? 413
                            : failed == http::error::header_limit ? 431
                                                                  : 400;
    RawRequest none;
    none.version(11);
    auto response = raw_response(error_response(status, "invalid", failed.message()), none);
    co_return co_await write(std::move(response), false);
  }

  asio::awaitable<bool> write(http::response<http::string_body> response, bool stays) {
    response.keep_alive(stays);
    stream_->tcp().expires_after(kWriteLimit);
    co_await http::async_write(*stream_, response, use_awaitable);
    if (!stays) co_await say_goodbye();
    co_return stays;
  }

  asio::awaitable<void> say_goodbye() {
    boost::system::error_code ignored;
    if (stream_->tls()) {
      co_await stream_->tls()->async_shutdown(redirect_error(use_awaitable, ignored));
    }
    stream_->tcp().socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  asio::awaitable<bool> listen(RawRequest raw, Request request) {
    auto refused = ground_.page.refuse_feed(request, wall_clock());
    std::optional<std::uint64_t> after;
    if (const auto given = request.query.find("after"); given != request.query.end()) {
      const std::string& text = given->second;
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), after.emplace());
      if (!refused && (error != std::errc{} || end != text.data() + text.size())) {
        refused = error_response(400, "invalid", "\"after\": must be a whole number");
      }
    }
    if (refused) {
      auto response = raw_response(*std::move(refused), raw);
      co_return co_await write(std::move(response), false);
    }
    co_await serve_listener(stream_, &ground_, std::move(raw), std::move(request), after);
    co_return false;
  }

  std::shared_ptr<Stream> stream_;
  Ground& ground_;
  Counted counted_;
  boost::beast::flat_buffer buffer_{kHeadBytes + kBodyBytes};
  bool first_ = true;
};

}  // namespace

void serve_connection(int socket, Ground& ground) {
  tcp::socket accepted(ground.context);
  boost::system::error_code failed;
  accepted.assign(tcp::v4(), socket, failed);
  if (failed) return;
  accepted.set_option(tcp::no_delay(true), failed);
  auto connection = std::make_unique<Connection>(
      std::make_shared<Stream>(std::move(accepted), ground.tls), ground);
  asio::co_spawn(ground.context, Connection::run(std::move(connection)), asio::detached);
}

}  // namespace ringspan::web
