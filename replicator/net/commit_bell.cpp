#include "replicator/net/commit_bell.hpp"

#include <algorithm>
#include <utility>

#include "replicator/net/clock.hpp"

namespace ringspan::replicator::net {

CommitBell::CommitBell() : thread_(&CommitBell::run, this) {}

CommitBell::~CommitBell() {
  stop();
}

void CommitBell::ring() {
  {
    const std::lock_guard lock(mutex_);
    ++rings_;
  }
  changed_.notify_one();
}

std::uint64_t CommitBell::rings() const {
  const std::lock_guard lock(mutex_);
  return rings_;
}

bool CommitBell::wait(std::uint64_t heard, base::Duration patience, std::function<void()> then) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kMostWaiting) return false;
    if (rings_ == heard) {
      waiting_.push_back({wall_clock() + patience, std::move(then)});
      changed_.notify_one();
      return true;
    }
  }
  then();
  return true;
}

void CommitBell::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

/// All of them if it has rung or is stopping, otherwise those who have waited long enough.
std::vector<CommitBell::Waiting> CommitBell::take_ready() {
  const bool all = std::exchange(told_, rings_) != rings_ || stopping_;
  const base::Time now = wall_clock();
  std::vector<Waiting> ready;
  std::erase_if(waiting_, [&](Waiting& one) {
    if (!all && now < one.until) return false;
    ready.push_back(std::move(one));
    return true;
  });
  return ready;
}

/// `then` is called without the lock.
void CommitBell::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_ || !waiting_.empty()) {
    const auto ready = take_ready();
    if (!ready.empty()) {
      lock.unlock();
      for (const Waiting& one : ready)
        one.then();
      lock.lock();
      continue;
    }
    if (waiting_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, std::ranges::min_element(waiting_, {}, &Waiting::until)->until);
    }
  }
}

}  // namespace ringspan::replicator::net
