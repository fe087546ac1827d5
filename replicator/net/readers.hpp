#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "replicator/engine/store.hpp"

namespace ringspan::replicator::net {

/// Readers: a few threads that answer from snapshots, beside the engine. Jobs must not wait for one
/// another. A job that throws is told to `cannot_read`, where its store gave way, or to `failed`,
/// and the thread goes on.
class Readers {
 public:
  using Job = std::function<void()>;
  static constexpr std::size_t kWaiting = 1024;

  Readers(std::size_t threads, std::function<void(const char* reason)> failed,
          std::function<void(const StoreFailure& trouble)> cannot_read);
  ~Readers();
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  /// False when too many wait already, or it is stopping: the job is not taken.
  bool post(Job job);

  /// Does what waits, then ends.
  void stop();

 private:
  void run();

  std::function<void(const char*)> failed_;
  std::function<void(const StoreFailure&)> cannot_read_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ringspan::replicator::net
