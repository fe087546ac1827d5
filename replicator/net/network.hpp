#pragma once

// Network: everything that listens, dials and waits, on one thread of its own.
//
//     Network network(settings, events);
//     auto address = network.open();              // bound; Errc::unavailable if it cannot be
//     network.start();
//     network.pull(source, request);              // any thread; ends in events.page or
//     .pull_failed network.refuse(); ... network.stop();       // no new sessions; then flush,
//     close, join
//
// Events come on the network's thread and must not block: hand them on.

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/result.hpp"
#include "replicator/net/links.hpp"

namespace ringspan::replicator::net {

/// The way back to whoever sent something: takes a whole frame, from any thread; nothing happens if
/// the connection is gone.
using Reply = std::function<void(std::string frame)>;

/// Lets somebody in, or not, who has shown no certificate and waits; one of the two, once, from any
/// thread.
struct Door {
  std::function<void(std::string name)> open;
  std::function<void(std::string frame, std::string reason)> refuse;  ///< `frame` goes first.
};

struct NetworkEvents {
  LinkEvents links;  ///< From our sources.

  std::function<void(ControllerId destination, GetChanges&&, Reply)> changes_asked;
  std::function<void(ControllerId destination)> destination_down;
  /// Why one that is no member was turned out; empty where it, with its key, was none before.
  std::function<std::string(const Member& peer)> why_turned_out;
  /// One that our authority certified, and that our configuration does not know, has come.
  std::function<void()> unknown_came;
  std::function<void(wire::Ask&&, const Peer&, Reply)> asked;
  std::function<void(wire::Ask&&, Reply, Door)> stranger_asked;
  std::function<void(wire::JoinRequest&&, const std::string& remote, Reply)> join_asked;
};

struct NetworkSettings {
  Address listen;  ///< Port 0: any free one.
  TlsIdentity tls;
  sites::ForestId forest;
  wire::Hello hello;
};

class Network {
 public:
  static constexpr std::size_t kStrangers = 64;  ///< Connections that have not shown who they are.

  Network(NetworkSettings settings, NetworkEvents events);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// Binds; the address with its real port.
  base::Result<Address> open();
  void start();

  void set_members(Members members);
  void set_sources(std::set<ControllerId> sources);

  /// Members that pull from here must connect anew.
  void end_destinations();

  void pull(ControllerId source, GetChanges request);
  void notify(ControllerId destination, Notice notice);

  /// `taker` is called once, on the network's thread, within `limit`.
  void ask(ControllerId to, std::string json, std::uint32_t hops, base::Duration limit,
           AnswerTaker taker);

  /// No new sessions, and no new questions on the old ones.
  void refuse();

  /// Writes what is queued, closes everything and returns when the thread has ended.
  void stop();

 private:
  struct Floor;
  std::unique_ptr<Floor> floor_;
};

}  // namespace ringspan::replicator::net
