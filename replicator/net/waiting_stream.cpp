#include "replicator/net/waiting_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ringspan::replicator::net {
namespace {

using Deadline = WaitingStream::Deadline;

/// While it lives, a write to a closed connection is an error and no signal; OpenSSL's own socket
/// writes know no other way.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
  ~NoPipeSignal() {
    const timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0) ::sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

/// Waits until `socket` can be read or written; false at the deadline.
bool wait_for(int socket, short events, Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waited{socket, events, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(std::min<long>(left.count(), 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

/// The reason of OpenSSL's first error, for people.
std::string tls_reason() {
  const unsigned long error = ERR_peek_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  ERR_clear_error();
  return reason == nullptr ? "the connection was closed" : reason;
}

/// errno of the attempt, 0 if it is connected.
int connect_one(int socket, const addrinfo& to, Deadline deadline) {
  if (::connect(socket, to.ai_addr, to.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(socket, POLLOUT, deadline)) return ETIMEDOUT;
  int failed = 0;
  socklen_t size = sizeof failed;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failed, &size);
  return failed;
}

}  // namespace

struct WaitingStream::Connection {
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    SSL_free(tls);
    if (socket >= 0) ::close(socket);
  }

  TlsContext context;
  int socket = -1;
  SSL* tls = nullptr;  ///< nullptr: in the clear.
};

WaitingStream::WaitingStream(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
WaitingStream::WaitingStream(WaitingStream&&) noexcept = default;
WaitingStream& WaitingStream::operator=(WaitingStream&&) noexcept = default;
WaitingStream::~WaitingStream() = default;

base::Result<WaitingStream> WaitingStream::connect(const Address& address,
                                                   const TlsContext& context, Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int unknown =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (unknown != 0) return base::fail(base::Errc::not_found, ::gai_strerror(unknown));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, ::freeaddrinfo);
  int reason = ENOENT;
  auto connection = std::make_unique<Connection>();
  for (const addrinfo* to = found; to != nullptr && reason != 0; to = to->ai_next) {
    if (connection->socket >= 0) ::close(connection->socket);
    connection->socket =
        ::socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    reason = connection->socket < 0 ? errno : connect_one(connection->socket, *to, deadline);
  }
  if (reason != 0) return base::fail(base::Errc::unavailable, std::strerror(reason));
  const int on = 1;
  ::setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (context) {
    connection->context = context;
    connection->tls = SSL_new(context.get());
    SSL_set_fd(connection->tls, connection->socket);
  }
  return WaitingStream(std::move(connection));
}

void WaitingStream::demand_host(const std::string& host) {
  if (connection_->tls == nullptr) return;
  X509_VERIFY_PARAM* demanded = SSL_get0_param(connection_->tls);
  if (X509_VERIFY_PARAM_set1_ip_asc(demanded, host.c_str()) == 1) return;
  std::string shown = host;  // OpenSSL's own macro casts in the old style
  SSL_ctrl(connection_->tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, shown.data());
  SSL_set1_host(connection_->tls, host.c_str());
}

/// Repeats a call until it is done, waiting for the socket in between.
template <typename Step>
base::Result<std::size_t> WaitingStream::advance(const Step& step, Deadline deadline) {
  const NoPipeSignal quiet;
  while (true) {
    ERR_clear_error();
    const int done = step(connection_->tls);
    if (done > 0) return static_cast<std::size_t>(done);
    const int wanted = SSL_get_error(connection_->tls, done);
    if (wanted == SSL_ERROR_ZERO_RETURN) return 0;
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) {
      const base::Errc code =
          wanted == SSL_ERROR_SSL ? base::Errc::refused : base::Errc::unavailable;
      return base::fail(code, handshake_trouble(*connection_->tls, tls_reason()));
    }
    const short events = wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    if (!wait_for(connection_->socket, events, deadline)) {
      return base::fail(base::Errc::unavailable, "no answer in time");
    }
  }
}

base::Result<void> WaitingStream::handshake(Deadline deadline) {
  if (connection_->tls == nullptr) return {};
  const auto done = advance([](SSL* tls) { return SSL_connect(tls); }, deadline);
  if (!done) return base::fail(done.error());
  if (*done > 0) return {};
  return base::fail(base::Errc::unavailable, "the connection was closed");
}

const ssl_st& WaitingStream::tls() const {
  return *connection_->tls;
}

base::Result<std::size_t> WaitingStream::write_some(std::string_view bytes, Deadline deadline) {
  if (connection_->tls != nullptr) {
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U));
    return advance([&](SSL* tls) { return SSL_write(tls, bytes.data(), size); }, deadline);
  }
  while (true) {
    const ssize_t sent = ::send(connection_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno != EAGAIN && errno != EINTR) {
      return base::fail(base::Errc::unavailable, std::strerror(errno));
    }
    if (!wait_for(connection_->socket, POLLOUT, deadline)) {
      return base::fail(base::Errc::unavailable, "no answer in time");
    }
  }
}

base::Result<std::size_t> WaitingStream::read_some(char* into, std::size_t room,
                                                   Deadline deadline) {
  if (connection_->tls != nullptr) {
    const int size = static_cast<int>(std::min<std::size_t>(room, 1U << 20U));
    return advance([&](SSL* tls) { return SSL_read(tls, into, size); }, deadline);
  }
  while (true) {
    const ssize_t came = ::recv(connection_->socket, into, room, 0);
    if (came >= 0) return static_cast<std::size_t>(came);
    if (errno != EAGAIN && errno != EINTR) {
      return base::fail(base::Errc::unavailable, std::strerror(errno));
    }
    if (!wait_for(connection_->socket, POLLIN, deadline)) {
      return base::fail(base::Errc::unavailable, "no answer in time");
    }
  }
}

base::Result<void> WaitingStream::write_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const auto written = write_some(bytes, deadline);
    if (!written) return base::fail(written.error());
    if (*written == 0) return base::fail(base::Errc::unavailable, "the connection was closed");
    bytes.remove_prefix(*written);
  }
  return {};
}

base::Result<std::string> WaitingStream::read_all(std::size_t size, Deadline deadline) {
  constexpr std::size_t kStep = 256U << 10U;
  std::string bytes;
  std::size_t filled = 0;
  while (filled < size) {
    bytes.resize(std::min(size, filled + kStep));
    const auto came = read_some(bytes.data() + filled, bytes.size() - filled, deadline);
    if (!came) return base::fail(came.error());
    if (*came == 0) return base::fail(base::Errc::unavailable, "the connection was closed");
    filled += *came;
  }
  return bytes;
}

base::Result<std::string> WaitingStream::read_to_end(std::size_t most, Deadline deadline) {
  constexpr std::size_t kStep = 16U << 10U;
  std::string bytes;
  while (true) {
    const std::size_t filled = bytes.size();
    bytes.resize(filled + kStep);
    const auto came = read_some(bytes.data() + filled, kStep, deadline);
    if (!came) return base::fail(came.error());
    bytes.resize(filled + *came);
    if (*came == 0) return bytes;
    if (bytes.size() > most) return base::fail(base::Errc::refused, "the answer is too long");
  }
}

}  // namespace ringspan::replicator::net
