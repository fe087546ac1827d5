#pragma once

// TlsClient: one connection of a program that asks and waits. No thread, no Asio: blocking reads
// and writes with an end.

#include <chrono>
#include <memory>
#include <string>

#include "replicator/net/address.hpp"
#include "replicator/net/tls.hpp"
#include "replicator/wire/wire.hpp"

namespace ringspan::replicator::net {

class TlsClient {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Errc::unavailable when nobody answers there, Errc::refused when whoever does cannot prove to
  /// be of our forest.
  static base::Result<std::unique_ptr<TlsClient>> connect(const Address& address,
                                                          const TlsContext& context,
                                                          Deadline deadline);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient();

  base::Result<void> send(const wire::Message& message, Deadline deadline);

  /// The next message; Errc::refused when the peer has turned us away.
  base::Result<wire::Message> receive(Deadline deadline);

  const Address& address() const { return address_; }

 private:
  struct Connection;
  TlsClient(Address address, std::unique_ptr<Connection> connection);

  base::Result<void> handshake(Deadline deadline);
  base::Result<void> write_all(std::string_view bytes, Deadline deadline);
  base::Result<std::string> read_all(std::size_t size, Deadline deadline);
  template <typename Step>
  base::Result<int> advance(const Step& step, Deadline deadline);

  Address address_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace ringspan::replicator::net
