#pragma once

// TlsClient: one connection of a program that asks and waits. No thread, no Asio: blocking reads
// and writes with an end.

#include <memory>
#include <utility>

#include "replicator/net/address.hpp"
#include "replicator/net/waiting_stream.hpp"
#include "replicator/wire/wire.hpp"

namespace ringspan::replicator::net {

class TlsClient {
 public:
  using Deadline = WaitingStream::Deadline;

  /// Errc::unavailable when nobody answers there, Errc::refused when whoever does cannot prove to
  /// be of our forest.
  static base::Result<std::unique_ptr<TlsClient>> connect(const Address& address,
                                                          const TlsContext& context,
                                                          Deadline deadline);
  base::Result<void> send(const wire::Message& message, Deadline deadline);

  /// The next message; Errc::refused when the peer has turned us away.
  base::Result<wire::Message> receive(Deadline deadline);

  const Address& address() const { return address_; }

 private:
  TlsClient(Address address, WaitingStream stream)
      : address_(std::move(address)), stream_(std::move(stream)) {}

  Address address_;
  WaitingStream stream_;
};

}  // namespace ringspan::replicator::net
