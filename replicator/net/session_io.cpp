#include "replicator/net/session_io.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace ringspan::replicator::net {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::size_t kReadBytes = 256U << 10U;

/// Asio's owner of the settings that the session shares.
asio::ssl::context share(const TlsContext& context) {
  SSL_CTX_up_ref(context.get());
  return asio::ssl::context(context.get());
}

/// Why a connection broke, for people.
std::string lost(const boost::system::error_code& code) {
  if (code == asio::error::eof || code == asio::error::connection_reset ||
      code == asio::ssl::error::stream_truncated) {
    return "closed by the other side";
  }
  return fmt::format("connection lost: {}", code.message());
}

}  // namespace

Session::Io::Io(asio::io_context& context, const TlsContext& settings)
    : tls(share(settings)), stream(context, tls), watch(context) {}

asio::awaitable<void> Session::Io::run(SessionPtr self) {
  try {
    co_await establish(self);
    while (!self->closed_)
      co_await read_one(self);
  } catch (const Over& over) {
    self->finish(over.what(), over.blame);
  } catch (const boost::system::system_error& broken) {
    self->close(fmt::format("{}{}", lost(broken.code()), self->in_frame_ ? " within a frame" : ""),
                self->in_frame_ ? Blame::peer : Blame::nobody);
  } catch (const std::exception& trouble) {
    self->close(trouble.what());
  }
}

asio::awaitable<void> Session::Io::establish(SessionPtr self) {
  if (self->dialled_) co_await connect(self);
  boost::system::error_code ignored;
  self->io_->socket().set_option(tcp::no_delay(true), ignored);
  co_await handshake(self);
  auto peer = peer_of(*self->io_->stream.native_handle(), self->ground_.forest);
  if (!peer) throw Over(peer.error().message, Blame::peer);
  self->peer_ = *std::move(peer);
  if (!self->expected_) co_return;
  const auto* member = std::get_if<Member>(&self->peer_);
  if (member == nullptr || member->controller != *self->expected_) {
    throw Over("another controller answers at this address; correct the forest definition",
               Blame::peer);
  }
  self->greet();
}

asio::awaitable<void> Session::Io::connect(SessionPtr self) {
  tcp::resolver resolver(co_await asio::this_coro::executor);
  const Address to = *self->dialled_;
  try {
    const auto found =
        co_await resolver.async_resolve(to.host, std::to_string(to.port), use_awaitable);
    co_await asio::async_connect(self->io_->socket(), found, use_awaitable);
  } catch (const boost::system::system_error& trouble) {
    throw Over(fmt::format("cannot connect: {}", trouble.code().message()), Blame::nobody);
  }
  if (self->closed_) throw Over("closed", Blame::nobody);
}

asio::awaitable<void> Session::Io::handshake(SessionPtr self) {
  auto& stream = self->io_->stream;
  try {
    co_await stream.async_handshake(
        self->dialled_ ? asio::ssl::stream_base::client : asio::ssl::stream_base::server,
        use_awaitable);
  } catch (const boost::system::system_error& trouble) {
    throw Over(fmt::format("TLS handshake failed: {}",
                           handshake_trouble(*stream.native_handle(), lost(trouble.code()))),
               Blame::peer);
  }
}

/// Grows with what arrives, never with what is promised.
asio::awaitable<std::string> Session::Io::read_bytes(SessionPtr self, std::size_t size) {
  std::string buffer;
  std::size_t filled = 0;
  while (filled < size) {
    buffer.resize(std::min(size, filled + kReadBytes));
    filled += co_await self->io_->stream.async_read_some(
        asio::buffer(buffer.data() + filled, buffer.size() - filled), use_awaitable);
    self->in_frame_ = true;
    self->heard();
  }
  co_return buffer;
}

asio::awaitable<void> Session::Io::read_one(SessionPtr self) {
  const std::string head = co_await read_bytes(self, wire::kHeaderSize);
  const auto header = wire::read_header(std::span(head).first<wire::kHeaderSize>());
  if (!header) throw Over(header.error().message, Blame::peer);
  if (header->length > self->frame_limit()) {
    throw Over(
        fmt::format("frame of {} bytes; at most {} here", header->length, self->frame_limit()),
        Blame::peer);
  }
  const std::string body = co_await read_bytes(self, header->length);
  auto message = wire::decode(*header, body);
  if (!message) throw Over(message.error().message, Blame::peer);
  self->in_frame_ = false;
  self->take(*std::move(message), wire::kHeaderSize + header->length);
}

asio::awaitable<void> Session::Io::write_queue(SessionPtr self) {
  try {
    while (!self->queue_.empty() && !self->closed_) {
      const std::string frame = std::move(self->queue_.front());
      self->queue_.pop_front();
      co_await asio::async_write(self->io_->stream, asio::buffer(frame), use_awaitable);
      self->queued_bytes_ -= frame.size();
    }
  } catch (const boost::system::system_error& broken) {
    if (!self->finishing_) co_return self->listen_to_the_end(lost(broken.code()));
    self->close(lost(broken.code()));
  }
  self->writing_ = false;
  if (self->finishing_) self->close(self->finishing_->first, self->finishing_->second);
}

}  // namespace ringspan::replicator::net
