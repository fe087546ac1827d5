#pragma once

// CommitBell: rings when something new was committed, for those who wait for changes.
//
//     const auto heard = bell.rings();          // before looking
//     ... nothing to tell ...
//     bell.wait(heard, 10s, [] { ... });        // then look again
//
// Whoever waits holds no thread.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.hpp"

namespace ringspan::replicator::net {

/// Any thread.
class CommitBell {
 public:
  static constexpr std::size_t kMostWaiting = 256;

  CommitBell();
  ~CommitBell();
  CommitBell(const CommitBell&) = delete;
  CommitBell& operator=(const CommitBell&) = delete;

  void ring();

  /// How often it has rung.
  std::uint64_t rings() const;

  /// Calls `then` once, from any thread: when it has rung more often than `heard`, or after
  /// `patience`. False, and nothing is called, where too many wait or it is stopping.
  bool wait(std::uint64_t heard, base::Duration patience, std::function<void()> then);

  /// Nobody waits any more. Before what the waiting ones would use goes.
  void stop();

 private:
  struct Waiting {
    base::Time until{};
    std::function<void()> then;
  };

  void run();
  std::vector<Waiting> take_ready();

  mutable std::mutex mutex_;  // guards all below but the thread
  std::condition_variable changed_;
  std::uint64_t rings_ = 0;
  std::uint64_t told_ = 0;  // rings of which those who waited were told
  std::vector<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ringspan::replicator::net
