#include "hostile_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "process.hpp"

namespace ringspan::tests {

struct HostilePeer::Connection {
  int socket = -1;
  SSL_CTX* context = nullptr;
  SSL* tls = nullptr;
};

HostilePeer::HostilePeer(std::uint16_t port) : connection_(std::make_unique<Connection>()) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to closed sockets
  connection_->socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{kPatience.count(), 0};
  ::setsockopt(connection_->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(connection_->socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("nobody serves");
  }
}

HostilePeer::~HostilePeer() {
  hang_up();
  SSL_free(connection_->tls);
  SSL_CTX_free(connection_->context);
}

bool HostilePeer::handshake(const Papers& papers) {
  connection_->context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(connection_->context, SSL_VERIFY_NONE, nullptr);
  if (!papers.key.empty()) {
    BIO* text =
        BIO_new_mem_buf(papers.certificate.data(), static_cast<int>(papers.certificate.size()));
    X509* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    BIO_free(text);
    text = BIO_new_mem_buf(papers.key.data(), static_cast<int>(papers.key.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
    BIO_free(text);
    SSL_CTX_use_certificate(connection_->context, certificate);
    SSL_CTX_use_PrivateKey(connection_->context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  connection_->tls = SSL_new(connection_->context);
  SSL_set_fd(connection_->tls, connection_->socket);
  return SSL_connect(connection_->tls) == 1;
}

void HostilePeer::send_raw(std::string_view bytes) {
  static_cast<void>(::send(connection_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void HostilePeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 16384));
    if (SSL_write(connection_->tls, bytes.data(), size) != size) return;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

void HostilePeer::hang_up() {
  if (connection_->socket >= 0) ::close(connection_->socket);
  connection_->socket = -1;
}

std::string HostilePeer::read_to_end() {
  std::string bytes;
  std::array<char, 4096> piece{};
  while (true) {
    const int size = SSL_read(connection_->tls, piece.data(), static_cast<int>(piece.size()));
    if (size <= 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(size));
  }
}

std::string frame_header(std::uint32_t length, bool compressed) {
  std::string header = "RSP1";
  header += static_cast<char>(compressed ? 1 : 0);
  header += std::string(3, '\0');
  for (const unsigned int shift : {24U, 16U, 8U, 0U})
    header += static_cast<char>(static_cast<unsigned char>(length >> shift));
  return header;
}

}  // namespace ringspan::tests
