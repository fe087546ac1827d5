#pragma once

// Session: one TLS connection, from its first byte to its last.
//
//   accepted: handshake ─► who is it?
//     Stranger   JoinRequest ─► arrived           anything else ─► refused, closed
//                Ask ─► arrived ─► welcome()      (the owner has looked at its token)
//     Operator   Ask ─► opened, arrived           anything but Ask ─► refused, closed
//     Member     Hello ─► Hello back, opened      then whatever a replica says
//                Ask ─► opened, arrived           (a person's program with this controller's key)
//   dialled:  handshake ─► is it the member we meant? ─► Hello ─► Hello back ─► opened
//
// Until the first good frame there are five seconds, and for a stranger 64 KiB; later a member that
// is silent for eight seconds is given up, pings every three see to it that a healthy one is not.
// Everything here happens on the network's one thread, except post().

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "replicator/net/address.hpp"
#include "replicator/net/tls.hpp"
#include "replicator/wire/wire.hpp"

namespace boost::asio {
class io_context;
}

namespace ringspan::replicator::net {

class Session;
using SessionPtr = std::shared_ptr<Session>;  // shared by its coroutines, the network and replies

/// Whose fault it is that a session ended.
enum class Blame { nobody, peer };

/// What a session tells its owner.
struct SessionEvents {
  std::function<void(const SessionPtr&)> opened;  ///< The peer is known and has said a good frame.
  /// Hello, Ping and Pong excepted; `bytes` is the frame's size on the wire.
  std::function<void(const SessionPtr&, wire::Message&&, std::uint64_t bytes)> arrived;
  /// Once, last.
  std::function<void(const SessionPtr&, const std::string& reason, Blame blame)> closed;
};

/// What all sessions of a controller share.
struct SessionGround {
  boost::asio::io_context& context;
  TlsContext server;
  TlsContext client;
  sites::ForestId forest;
  wire::Hello hello;  ///< Ours; its time is set when it is sent.
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  /// The reason of the end when a peer that was open has said nothing for eight seconds.
  static constexpr const char* kSilent = "silent for too long";

  /// `socket` is an accepted one, ours from now on.
  static SessionPtr accept(const SessionGround& ground, int socket, std::string remote,
                           SessionEvents events);
  static SessionPtr dial(const SessionGround& ground, const Address& address,
                         sites::ControllerId expected, SessionEvents events);
  ~Session();

  void start();

  /// Queued in order; a peer that lets 64 MiB pile up is given up.
  void send(std::string frame);

  /// send() from any thread; nothing happens if the session has ended.
  void post(std::string frame);

  /// Ends it now; `closed` is told from within.
  void close(const std::string& reason, Blame blame = Blame::nobody);

  /// Ends it once the queue is written, within two seconds.
  void finish(const std::string& reason, Blame blame = Blame::nobody);

  /// finish() with a member that our configuration does not know, or knows as `removed`.
  void turn_out(const std::string& reason, bool removed);

  /// A stranger whose first question was a good one is this person from now on.
  void welcome(std::string name);

  bool is_open() const { return opened_ && !closed_; }
  bool is_closed() const { return closed_; }
  const Peer& peer() const { return peer_; }
  const std::string& remote() const { return remote_; }

  /// A member's greeting; nullopt before it came, or where only asks do.
  const std::optional<wire::Hello>& hello() const { return theirs_; }

  /// "operator admin at 127.0.0.1:5123", for the log.
  std::string who() const;

 private:
  struct Io;
  using Clock = std::chrono::steady_clock;

  Session(const SessionGround& ground, SessionEvents events, std::string remote);

  void admit();
  void listen_to_the_end(std::string reason);
  void end_when_written(const std::string& reason, Blame blame);
  void take(wire::Message message, std::uint64_t bytes);
  void take_first(wire::Message message, std::uint64_t bytes);
  void greet();
  void meet(const wire::Hello& theirs);
  void watch();
  void heard();
  std::uint32_t frame_limit() const;

  const SessionGround& ground_;
  SessionEvents events_;
  std::string remote_;
  std::optional<Address> dialled_;
  std::optional<sites::ControllerId> expected_;
  Peer peer_;
  std::optional<wire::Hello> theirs_;
  bool opened_ = false;
  bool closed_ = false;
  bool asked_ = false;     // a stranger's one question is being looked at
  bool in_frame_ = false;  // some of a frame has come, not all of it
  std::optional<std::pair<std::string, Blame>> finishing_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false;
  Clock::time_point give_up_at_;
  std::string give_up_reason_;
  Clock::time_point ping_at_;
  std::uint64_t pings_ = 0;
  std::unique_ptr<Io> io_;
};

}  // namespace ringspan::replicator::net
