#include "web/listener.hpp"

#include <deque>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "web/clock.hpp"

namespace ringspan::web {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::redirect_error;
using asio::use_awaitable;
using namespace std::chrono_literals;

constexpr std::size_t kMostWaiting = 64;
constexpr std::size_t kMostRead = 4096;  // a page has nothing to say

/// Shared by its two coroutines and, weakly, by the feed.
struct Listening {
  explicit Listening(std::shared_ptr<Stream> given)
      : stream(std::move(given)), socket(*stream), woken(stream->get_executor()) {}

  void take(const FeedMessage& message) {
    if (waiting.size() >= kMostWaiting) return end();
    waiting.push_back(message);
    woken.cancel();
  }

  void end() {
    over = true;
    waiting.clear();
    stream->tcp().close();
    woken.cancel();
  }

  std::shared_ptr<Stream> stream;
  websocket::stream<Stream&> socket;
  asio::steady_timer woken;
  std::deque<FeedMessage> waiting;
  bool over = false;
};

using ListeningPtr = std::shared_ptr<Listening>;

/// Reading answers pings and notices the end.
asio::awaitable<void> read(ListeningPtr self) {
  boost::beast::flat_buffer ignored(kMostRead);
  boost::system::error_code failed;
  while (!failed) {
    ignored.clear();
    co_await self->socket.async_read(ignored, redirect_error(use_awaitable, failed));
  }
  self->end();
}

asio::awaitable<void> write(ListeningPtr self, const Page* page, Request request) {
  boost::system::error_code failed;
  while (!self->over) {
    if (self->waiting.empty()) {
      self->woken.expires_at(asio::steady_timer::time_point::max());
      co_await self->woken.async_wait(redirect_error(use_awaitable, failed));
      continue;
    }
    if (!page->may_listen(request, wall_clock())) {
      co_await self->socket.async_close(websocket::close_code::policy_error,
                                        redirect_error(use_awaitable, failed));
      co_return self->end();
    }
    const FeedMessage message = self->waiting.front();
    self->waiting.pop_front();
    co_await self->socket.async_write(asio::buffer(*message),
                                      redirect_error(use_awaitable, failed));
    if (failed) self->end();
  }
}

}  // namespace

asio::awaitable<void> serve_listener(std::shared_ptr<Stream> stream, Ground* ground, RawRequest raw,
                                     Request request, std::optional<std::uint64_t> after) {
  const auto self = std::make_shared<Listening>(std::move(stream));
  self->stream->tcp().expires_never();  // the WebSocket has limits of its own
  self->socket.set_option(websocket::stream_base::timeout{5s, 20s, true});
  self->socket.read_message_max(kMostRead);
  self->socket.text(true);
  boost::system::error_code failed;
  co_await self->socket.async_accept(raw, redirect_error(use_awaitable, failed));
  if (failed) co_return;
  const std::weak_ptr<Listening> weak = self;
  const auto id = ground->feed.listen(
      after,
      [weak](const FeedMessage& message) {
        if (const auto open = weak.lock()) open->take(message);
      },
      wall_clock());
  asio::co_spawn(ground->context, read(self), asio::detached);
  co_await write(self, &ground->page, std::move(request));
  ground->feed.leave(id);
}

}  // namespace ringspan::web
