#include "replicator/net/tls_client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ringspan::replicator::net {
namespace {

using Deadline = TlsClient::Deadline;

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

struct TlsClient::Connection {
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    SSL_free(tls);
    if (socket >= 0) ::close(socket);
  }

  TlsContext context;
  int socket = -1;
  SSL* tls = nullptr;
};

TlsClient::TlsClient(Address address, std::unique_ptr<Connection> connection)
    : address_(std::move(address)), connection_(std::move(connection)) {}

TlsClient::~TlsClient() = default;

base::Result<std::unique_ptr<TlsClient>> TlsClient::connect(const Address& address,
                                                            const TlsContext& context,
                                                            Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int unknown =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (unknown != 0) {
    return base::fail(base::Errc::unavailable,
                      fmt::format("{}: {}", address.to_string(), ::gai_strerror(unknown)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, ::freeaddrinfo);
  int reason = ENOENT;
  auto connection = std::make_unique<Connection>();
  for (const addrinfo* to = found; to != nullptr && reason != 0; to = to->ai_next) {
    if (connection->socket >= 0) ::close(connection->socket);
    connection->socket =
        ::socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    reason = connection->socket < 0 ? errno : connect_one(connection->socket, *to, deadline);
  }
  if (reason != 0) {
    return base::fail(base::Errc::unavailable,
                      fmt::format("{}: no controller answers: {}; start it with ringspan serve",
                                  address.to_string(), std::strerror(reason)));
  }
  const int on = 1;
  ::setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connection->context = context;
  connection->tls = SSL_new(context.get());
  SSL_set_fd(connection->tls, connection->socket);
  std::unique_ptr<TlsClient> client(new TlsClient(address, std::move(connection)));
  if (auto shaken = client->handshake(deadline); !shaken) return base::fail(shaken.error());
  return client;
}

/// Repeats an OpenSSL call until it is done, waiting for the socket in between.
template <typename Step>
base::Result<int> TlsClient::advance(const Step& step, Deadline deadline) {
  const NoPipeSignal quiet;
  while (true) {
    ERR_clear_error();
    const int done = step(connection_->tls);
    if (done > 0) return done;
    const int wanted = SSL_get_error(connection_->tls, done);
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

base::Result<void> TlsClient::handshake(Deadline deadline) {
  const auto done = advance([](SSL* tls) { return SSL_connect(tls); }, deadline);
  if (!done) {
    return base::fail(done.error().code,
                      fmt::format("{}: {}", address_.to_string(), done.error().message));
  }
  if (!is_controller(*connection_->tls)) {
    return base::fail(
        base::Errc::refused,
        fmt::format("{}: its certificate is not that of a controller", address_.to_string()));
  }
  return {};
}

base::Result<void> TlsClient::send(const wire::Message& message, Deadline deadline) {
  return write_all(wire::encode(message, wire::Compression::none), deadline);
}

base::Result<wire::Message> TlsClient::receive(Deadline deadline) {
  const auto head = read_all(wire::kHeaderSize, deadline);
  if (!head) return base::fail(head.error());
  const auto header = wire::read_header(std::span(*head).first<wire::kHeaderSize>());
  if (!header) return base::fail(header.error());
  const auto body = read_all(header->length, deadline);
  if (!body) return base::fail(body.error());
  auto message = wire::decode(*header, *body);
  if (!message) return base::fail(message.error());
  if (const auto* refusal = std::get_if<Refusal>(&*message)) {
    return base::fail(base::Errc::refused,
                      fmt::format("{}: {}", address_.to_string(), refusal->reason));
  }
  return message;
}

base::Result<void> TlsClient::write_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U));
    const auto written =
        advance([&](SSL* tls) { return SSL_write(tls, bytes.data(), size); }, deadline);
    if (!written) {
      return base::fail(written.error().code,
                        fmt::format("{}: {}", address_.to_string(), written.error().message));
    }
    bytes.remove_prefix(static_cast<std::size_t>(*written));
  }
  return {};
}

/// Grows with what arrives, never with what is promised.
base::Result<std::string> TlsClient::read_all(std::size_t size, Deadline deadline) {
  constexpr std::size_t kStep = 256U << 10U;
  std::string bytes;
  std::size_t filled = 0;
  while (filled < size) {
    bytes.resize(std::min(size, filled + kStep));
    const int room = static_cast<int>(bytes.size() - filled);
    const auto read =
        advance([&](SSL* tls) { return SSL_read(tls, bytes.data() + filled, room); }, deadline);
    if (!read) {
      return base::fail(read.error().code,
                        fmt::format("{}: {}", address_.to_string(), read.error().message));
    }
    filled += static_cast<std::size_t>(*read);
  }
  return bytes;
}

}  // namespace ringspan::replicator::net
