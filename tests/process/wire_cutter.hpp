#pragma once

// WireCutter: a piece of wire between two controllers that the test can cut and mend. It carries
// bytes from its own loopback port to another one, and knows nothing of what they mean.

#include <cstdint>
#include <thread>
#include <vector>

namespace ringspan::tests {

/// A loopback port that nobody listens on at the moment, below those that the kernel hands out: no
/// wire and no outgoing connection takes it before the controller does.
std::uint16_t free_port();

class WireCutter {
 public:
  /// Carries from a free port to `target`.
  explicit WireCutter(std::uint16_t target);
  WireCutter(const WireCutter&) = delete;
  WireCutter& operator=(const WireCutter&) = delete;
  ~WireCutter();

  std::uint16_t port() const { return port_; }

  /// Drops every connection, and each new one at once, until mend(). Done when it returns.
  void cut() { order(Order::cut); }
  void mend() { order(Order::mend); }

 private:
  enum class Order : char { cut = 'c', mend = 'm', end = 'e' };
  struct Pair {
    int near = -1;
    int far = -1;
  };

  void order(Order order);
  void run();
  void take_order();
  void take_connection();
  static bool carry(int from, int to);
  void drop_all();

  std::uint16_t target_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int orders_[2] = {-1, -1};  // in: the test's thread; out: ours
  int done_[2] = {-1, -1};
  bool open_ = true;
  bool ended_ = false;
  std::vector<Pair> pairs_;
  std::thread thread_;
};

}  // namespace ringspan::tests
