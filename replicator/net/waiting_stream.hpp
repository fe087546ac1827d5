#pragma once

// WaitingStream: one connection whose reads and writes block, each until its end. No thread, no
// Asio; with TLS or without.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "replicator/net/address.hpp"
#include "replicator/net/tls.hpp"

namespace ringspan::replicator::net {

class WaitingStream {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Errc::unavailable, with the reason alone, when nobody answers there. `context` may be empty:
  /// no TLS, and no handshake.
  static base::Result<WaitingStream> connect(const Address& address, const TlsContext& context,
                                             Deadline deadline);
  WaitingStream(WaitingStream&&) noexcept;
  WaitingStream& operator=(WaitingStream&&) noexcept;
  ~WaitingStream();

  /// The other end must bear this name, or this address, in its certificate.
  void demand_host(const std::string& host);

  /// Errc::refused when the other end cannot prove itself, or we cannot.
  base::Result<void> handshake(Deadline deadline);
  const ssl_st& tls() const;

  base::Result<void> write_all(std::string_view bytes, Deadline deadline);

  /// Exactly `size` bytes. Memory grows with what arrives, never with what is promised.
  base::Result<std::string> read_all(std::size_t size, Deadline deadline);

  /// All until the other end closes; Errc::refused once it is more than `most`.
  base::Result<std::string> read_to_end(std::size_t most, Deadline deadline);

 private:
  struct Connection;
  explicit WaitingStream(std::unique_ptr<Connection> connection);

  /// 0: closed in order.
  base::Result<std::size_t> read_some(char* into, std::size_t room, Deadline deadline);
  base::Result<std::size_t> write_some(std::string_view bytes, Deadline deadline);
  template <typename Step>
  base::Result<std::size_t> advance(const Step& step, Deadline deadline);

  std::unique_ptr<Connection> connection_;
};

}  // namespace ringspan::replicator::net
