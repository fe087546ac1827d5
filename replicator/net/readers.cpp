#include "replicator/net/readers.hpp"

#include <exception>
#include <utility>

namespace ringspan::replicator::net {

Readers::Readers(std::size_t threads, std::function<void(const char*)> failed,
                 std::function<void(const StoreFailure&)> cannot_read)
    : failed_(std::move(failed)), cannot_read_(std::move(cannot_read)) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back(&Readers::run, this);
}

Readers::~Readers() {
  stop();
}

bool Readers::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= kWaiting) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void Readers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Readers::run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    try {
      job();
    } catch (const StoreFailure& trouble) {
      cannot_read_(trouble);
    } catch (const std::exception& trouble) {
      failed_(trouble.what());
    }
  }
}

}  // namespace ringspan::replicator::net
