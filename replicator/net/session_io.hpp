#pragma once

// Session::Io: the socket under a session and the coroutines that read it and write to it. What a
// frame means is decided in session.cpp.

#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "replicator/net/session.hpp"

namespace ringspan::replicator::net {

/// Leaves a session's coroutine: the reason for the log, and whose fault it is.
struct Over : std::runtime_error {
  Over(const std::string& reason, Blame whose) : std::runtime_error(reason), blame(whose) {}
  Blame blame;
};

struct Session::Io {
  Io(boost::asio::io_context& context, const TlsContext& settings);

  boost::asio::ip::tcp::socket& socket() { return stream.next_layer(); }

  /// From the connection to the session's end, which it tells.
  static boost::asio::awaitable<void> run(SessionPtr self);
  /// Until the queue is empty; then the session ends if it is finishing.
  static boost::asio::awaitable<void> write_queue(SessionPtr self);

  boost::asio::ssl::context tls;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream;
  boost::asio::steady_timer watch;

 private:
  static boost::asio::awaitable<void> establish(SessionPtr self);
  static boost::asio::awaitable<void> connect(SessionPtr self);
  static boost::asio::awaitable<void> handshake(SessionPtr self);
  static boost::asio::awaitable<std::string> read_bytes(SessionPtr self, std::size_t size);
  static boost::asio::awaitable<void> read_one(SessionPtr self);
};

}  // namespace ringspan::replicator::net
