#include "replicator/net/session.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "replicator/net/clock.hpp"

namespace ringspan::replicator::net {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto kFirstFrameLimit = 5s;
constexpr auto kPingEvery = 3s;
constexpr auto kSilenceLimit = 8s;
constexpr auto kOperatorSilenceLimit = 10min;
constexpr auto kDrainLimit = 2s;
constexpr std::uint32_t kStrangersFrameBytes = 64U << 10U;
constexpr std::uint32_t kFrameBytes = 16U << 20U;
constexpr std::size_t kQueueBytes = 64U << 20U;
constexpr std::size_t kReadBytes = 256U << 10U;

/// Leaves a session's coroutine: the reason for the log, and whose fault it is.
struct Over : std::runtime_error {
  Over(const std::string& reason, Blame whose) : std::runtime_error(reason), blame(whose) {}
  Blame blame;
};

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

struct Session::Io {
  Io(asio::io_context& context, const TlsContext& settings)
      : tls(share(settings)), stream(context, tls), watch(context) {}

  tcp::socket& socket() { return stream.next_layer(); }

  static asio::awaitable<void> run(SessionPtr self);
  static asio::awaitable<void> establish(SessionPtr self);
  static asio::awaitable<void> connect(SessionPtr self);
  static asio::awaitable<void> handshake(SessionPtr self);
  static asio::awaitable<std::string> read_bytes(SessionPtr self, std::size_t size);
  static asio::awaitable<void> read_one(SessionPtr self);
  static asio::awaitable<void> write_queue(SessionPtr self);

  asio::ssl::context tls;
  asio::ssl::stream<tcp::socket> stream;
  asio::steady_timer watch;
};

Session::Session(const SessionGround& ground, SessionEvents events, std::string remote)
    : ground_(ground), events_(std::move(events)), remote_(std::move(remote)) {}

Session::~Session() = default;

SessionPtr Session::accept(const SessionGround& ground, int socket, std::string remote,
                           SessionEvents events) {
  SessionPtr session(new Session(ground, std::move(events), std::move(remote)));
  session->io_ = std::make_unique<Io>(ground.context, ground.server);
  boost::system::error_code ignored;
  session->io_->socket().assign(tcp::v4(), socket, ignored);
  return session;
}

SessionPtr Session::dial(const SessionGround& ground, const Address& address,
                         sites::ControllerId expected, SessionEvents events) {
  SessionPtr session(new Session(ground, std::move(events), address.to_string()));
  session->dialled_ = address;
  session->expected_ = expected;
  session->io_ = std::make_unique<Io>(ground.context, ground.client);
  return session;
}

void Session::start() {
  give_up_at_ = Clock::now() + kFirstFrameLimit;
  give_up_reason_ = dialled_ ? "no answer within 5 s" : "no handshake and first frame within 5 s";
  ping_at_ = Clock::time_point::max();
  watch();
  asio::co_spawn(ground_.context, Io::run(shared_from_this()), asio::detached);
}

// ── The way in ───────────────────────────────────────────────────────────────────────────────────

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

// ── Frames in ────────────────────────────────────────────────────────────────────────────────────

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

std::uint32_t Session::frame_limit() const {
  return opened_ ? kFrameBytes : kStrangersFrameBytes;
}

void Session::take(wire::Message message, std::uint64_t bytes) {
  if (closed_ || finishing_) return;
  if (const auto* ping = std::get_if<wire::Ping>(&message); ping && opened_) {
    send(wire::encode(wire::Pong{ping->id}, wire::Compression::none));
  } else if (opened_ && std::holds_alternative<wire::Pong>(message)) {
    return;
  } else if (!opened_) {
    take_first(std::move(message), bytes);
  } else if ((std::holds_alternative<Operator>(peer_) ||
              std::holds_alternative<TokenHolder>(peer_)) &&
             !std::holds_alternative<wire::Ask>(message)) {
    throw Over("a person may only ask", Blame::peer);
  } else if (std::holds_alternative<wire::Hello>(message)) {
    throw Over("a second greeting", Blame::peer);
  } else {
    events_.arrived(shared_from_this(), std::move(message), bytes);
  }
}

/// Decides by the first frame what this session is.
void Session::take_first(wire::Message message, std::uint64_t bytes) {
  const bool member = std::holds_alternative<Member>(peer_);
  if (const auto* refusal = std::get_if<Refusal>(&message); refusal && dialled_) {
    throw Over(fmt::format("refused: {}", refusal->reason), Blame::peer);
  }
  if (const auto* hello = std::get_if<wire::Hello>(&message); hello && member) {
    meet(*hello);
    if (!dialled_) greet();
    return admit();
  }
  if (dialled_) throw Over("the first frame is no greeting", Blame::peer);
  if (std::holds_alternative<wire::JoinRequest>(message)) {
    if (!std::holds_alternative<Stranger>(peer_)) {
      throw Over("asks to join and has a certificate already", Blame::peer);
    }
    return events_.arrived(shared_from_this(), std::move(message), bytes);
  }
  if (std::holds_alternative<Stranger>(peer_)) {
    if (!std::holds_alternative<wire::Ask>(message) || std::exchange(asked_, true)) {
      throw Over("no certificate: only a join request, or one question with a token, is accepted",
                 Blame::peer);
    }
    return events_.arrived(shared_from_this(), std::move(message), bytes);
  }
  if (!std::holds_alternative<wire::Ask>(message)) {
    throw Over("the first frame is neither a greeting nor a question", Blame::peer);
  }
  admit();
  if (!closed_) events_.arrived(shared_from_this(), std::move(message), bytes);
}

void Session::greet() {
  wire::Hello hello = ground_.hello;
  hello.time = wall_clock();
  send(wire::encode(hello, wire::Compression::none));
}

void Session::meet(const wire::Hello& theirs) {
  if (theirs.controller != std::get<Member>(peer_).controller) {
    throw Over("its greeting and its certificate name different controllers", Blame::peer);
  }
  const wire::Hello& ours = ground_.hello;
  if (theirs.lowest_version > ours.highest_version ||
      theirs.highest_version < ours.lowest_version) {
    throw Over(fmt::format("speaks versions {} to {}, we {} to {}; upgrade the older of the two",
                           theirs.lowest_version, theirs.highest_version, ours.lowest_version,
                           ours.highest_version),
               Blame::peer);
  }
  theirs_ = theirs;
}

void Session::welcome(std::string name) {
  if (closed_ || finishing_ || opened_) return;
  peer_ = TokenHolder{std::move(name)};
  admit();
}

void Session::admit() {
  opened_ = true;
  if (theirs_) ping_at_ = Clock::now() + kPingEvery;
  give_up_reason_ = kSilent;
  heard();
  watch();
  events_.opened(shared_from_this());
}

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────

void Session::heard() {
  if (!opened_) return;
  give_up_at_ = Clock::now() + (theirs_ ? Clock::duration(kSilenceLimit) : kOperatorSilenceLimit);
}

void Session::watch() {
  io_->watch.expires_at(std::min(give_up_at_, ping_at_));
  io_->watch.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const SessionPtr self = weak.lock();
    if (cancelled || !self || self->closed_) return;
    const auto now = Clock::now();
    if (now >= self->give_up_at_) {
      const Blame blame = self->opened_ || self->dialled_ ? Blame::nobody : Blame::peer;
      return self->close(self->give_up_reason_, blame);
    }
    if (now >= self->ping_at_) {
      self->ping_at_ = now + kPingEvery;
      self->send(wire::encode(wire::Ping{++self->pings_}, wire::Compression::none));
    }
    if (!self->closed_) self->watch();
  });
}

// ── Frames out, and the end ──────────────────────────────────────────────────────────────────────

void Session::send(std::string frame) {
  if (closed_ || finishing_) return;
  queued_bytes_ += frame.size();
  queue_.push_back(std::move(frame));
  if (queued_bytes_ > kQueueBytes) {
    return close("does not read what it asked for: 64 MiB are waiting", Blame::peer);
  }
  if (std::exchange(writing_, true)) return;
  asio::co_spawn(ground_.context, Io::write_queue(shared_from_this()), asio::detached);
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
    self->close(lost(broken.code()));
  }
  self->writing_ = false;
  if (self->finishing_) self->close(self->finishing_->first, self->finishing_->second);
}

void Session::post(std::string frame) {
  asio::post(ground_.context, [weak = weak_from_this(), frame = std::move(frame)]() mutable {
    if (const SessionPtr self = weak.lock()) self->send(std::move(frame));
  });
}

void Session::close(const std::string& reason, Blame blame) {
  if (std::exchange(closed_, true)) return;
  io_->watch.cancel();
  boost::system::error_code ignored;
  io_->socket().shutdown(tcp::socket::shutdown_both, ignored);
  io_->socket().close(ignored);
  events_.closed(shared_from_this(), reason, blame);
}

void Session::turn_out(const std::string& reason, bool removed) {
  send(wire::encode(Refusal{.request = 0, .reason = reason, .not_member = removed},
                    wire::Compression::none));
  end_when_written(reason, Blame::peer);
}

void Session::finish(const std::string& reason, Blame blame) {
  if (closed_ || finishing_) return;
  if (blame == Blame::peer && !std::holds_alternative<Stranger>(peer_)) {
    send(wire::encode(Refusal{.request = 0, .reason = reason}, wire::Compression::none));
  }
  end_when_written(reason, blame);
}

void Session::end_when_written(const std::string& reason, Blame blame) {
  if (closed_ || finishing_) return;
  finishing_.emplace(reason, blame);
  if (!writing_) return close(reason, blame);
  give_up_at_ = Clock::now() + kDrainLimit;
  give_up_reason_ = reason;
  watch();
}

std::string Session::who() const {
  if (const auto* named = std::get_if<Operator>(&peer_)) {
    return fmt::format("operator {} at {}", named->name, remote_);
  }
  if (const auto* named = std::get_if<TokenHolder>(&peer_)) {
    return fmt::format("{} at {}", named->name, remote_);
  }
  if (theirs_) return fmt::format("{} at {}", theirs_->name, remote_);
  return remote_;
}

}  // namespace ringspan::replicator::net
