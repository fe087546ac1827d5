#include "wire_cutter.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ringspan::tests {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

const sockaddr* plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// A listening socket on a free loopback port, and the port.
std::pair<int, std::uint16_t> listen_somewhere() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener, plain(address), size) != 0 || ::listen(listener, 64) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  return {listener, ntohs(address.sin_port)};
}

}  // namespace

std::uint16_t free_port() {
  constexpr std::uint32_t kLowest = 20000;
  constexpr std::uint32_t kCount = 12000;
  // Tests that run beside this one begin elsewhere.
  static std::uint32_t next = static_cast<std::uint32_t>(::getpid()) * 97;
  for (std::uint32_t tries = 0; tries < kCount; ++tries) {
    const auto port = static_cast<std::uint16_t>(kLowest + next++ % kCount);
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool free = ::bind(probe, plain(address), sizeof address) == 0;
    ::close(probe);
    if (free) return port;
  }
  throw std::runtime_error("no loopback port");
}

WireCutter::WireCutter(std::uint16_t target) : target_(target) {
  std::tie(listener_, port_) = listen_somewhere();
  if (::pipe(orders_) != 0 || ::pipe(done_) != 0) throw std::runtime_error("pipe");
  thread_ = std::thread(&WireCutter::run, this);
}

WireCutter::~WireCutter() {
  order(Order::end);
  thread_.join();
  for (const int end : {listener_, orders_[0], orders_[1], done_[0], done_[1]})
    ::close(end);
}

void WireCutter::order(Order order) {
  const char word = static_cast<char>(order);
  char done = 0;
  if (::write(orders_[1], &word, 1) != 1 || ::read(done_[0], &done, 1) != 1) {
    throw std::runtime_error("wire cutter");
  }
}

void WireCutter::run() {
  while (!ended_) {
    std::vector<pollfd> waited{{orders_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      waited.push_back({pair.near, POLLIN, 0});
      waited.push_back({pair.far, POLLIN, 0});
    }
    if (::poll(waited.data(), waited.size(), -1) < 0) continue;
    std::vector<Pair> broken;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const bool near_ready = waited[2 + 2 * i].revents != 0;
      const bool far_ready = waited[3 + 2 * i].revents != 0;
      const Pair& pair = pairs_[i];
      if ((near_ready && !carry(pair.near, pair.far)) || (far_ready && !carry(pair.far, pair.near)))
        broken.push_back(pair);
    }
    for (const Pair& pair : broken) {
      ::close(pair.near);
      ::close(pair.far);
      std::erase_if(pairs_, [&](const Pair& other) { return other.near == pair.near; });
    }
    if (waited[1].revents != 0) take_connection();
    if (waited[0].revents != 0) take_order();
  }
}

void WireCutter::take_order() {
  char word = 0;
  if (::read(orders_[0], &word, 1) != 1) return;
  open_ = word == static_cast<char>(Order::mend);
  ended_ = word == static_cast<char>(Order::end);
  if (!open_) drop_all();
  static_cast<void>(::write(done_[1], &word, 1));
}

void WireCutter::take_connection() {
  const int near = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (near < 0) return;
  const int far = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_);
  if (!open_ || ::connect(far, plain(address), sizeof address) != 0) {
    ::close(near);
    ::close(far);
    return;
  }
  const int on = 1;
  ::setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  pairs_.push_back({near, far});
}

bool WireCutter::carry(int from, int to) {
  std::array<char, 65536> piece{};
  const ssize_t size = ::recv(from, piece.data(), piece.size(), 0);
  if (size <= 0) return false;
  for (ssize_t sent = 0; sent < size;) {
    const ssize_t more =
        ::send(to, piece.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += more;
  }
  return true;
}

void WireCutter::drop_all() {
  for (const Pair& pair : pairs_) {
    ::close(pair.near);
    ::close(pair.far);
  }
  pairs_.clear();
}

}  // namespace ringspan::tests
