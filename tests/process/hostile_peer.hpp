#pragma once

// HostilePeer: whoever connects and means no good. Speaks TLS as it likes and sends any bytes.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ringspan::tests {

/// PEM texts; empty: it shows no certificate.
struct Papers {
  std::string certificate;
  std::string key;
};

class HostilePeer {
 public:
  /// Connects by TCP; the handshake is handshake()'s.
  explicit HostilePeer(std::uint16_t port);
  HostilePeer(const HostilePeer&) = delete;
  HostilePeer& operator=(const HostilePeer&) = delete;
  ~HostilePeer();

  /// False if the other side, or TLS, would not. Whom it talks to it does not check.
  bool handshake(const Papers& papers);

  void send_raw(std::string_view bytes);  ///< Below TLS.
  void send(std::string_view bytes);
  void hang_up();

  /// What still comes until the other side closes.
  std::string read_to_end();

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// The twelve bytes that announce a body of `length` bytes.
std::string frame_header(std::uint32_t length, bool compressed);

}  // namespace ringspan::tests
