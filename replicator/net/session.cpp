#include "replicator/net/session.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "replicator/net/clock.hpp"
#include "replicator/net/session_io.hpp"

namespace ringspan::replicator::net {
namespace {

namespace asio = boost::asio;
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

}  // namespace

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

// ── Frames in ────────────────────────────────────────────────────────────────────────────────────

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

/// Nothing can be sent any more, and writing_ stays so. What the other side said before it hung up
/// may say why, and is still read.
void Session::listen_to_the_end(std::string reason) {
  queue_.clear();
  if (closed_) return;
  give_up_at_ = Clock::now() + kDrainLimit;
  give_up_reason_ = std::move(reason);
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
