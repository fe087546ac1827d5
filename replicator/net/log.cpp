#include "replicator/net/log.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "replicator/net/clock.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::array<std::string_view, 5> kLevels{"debug", "info", "warning", "error", "critical"};

}  // namespace

std::string_view to_string(LogLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  if (text == "warn") return LogLevel::warning;
  const auto* found = std::ranges::find(kLevels, text);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevels.begin());
}

Log::Log(base::Duration patience) : patience_(patience), thread_(&Log::run, this) {}

Log::~Log() {
  stop();
}

void Log::add(base::Time time, LogLevel level, std::string_view text) {
  {
    const std::lock_guard lock(mutex_);
    lines_.push_back({++last_, time, level, std::string(text.substr(0, kLongestText))});
    if (lines_.size() > kKept) lines_.pop_front();
  }
  changed_.notify_one();
}

LogPage Log::read(const LogQuestion& question) const {
  const std::lock_guard lock(mutex_);
  return read_locked(question);
}

LogPage Log::read_locked(const LogQuestion& question) const {
  LogPage page{.lines = {}, .next = last_, .lost = false};
  std::size_t bytes = 0;
  /// False when the page is full.
  const auto take = [&](const LogLine& line) {
    if (line.level < question.least) return true;
    if (page.lines.size() == question.limit || bytes + line.text.size() > kMostBytes) return false;
    bytes += line.text.size();
    page.lines.push_back(line);
    return true;
  };
  if (!question.after) {
    for (auto line = lines_.rbegin(); line != lines_.rend() && take(*line);)
      ++line;
    std::ranges::reverse(page.lines);
    return page;
  }
  const std::uint64_t first = last_ - lines_.size() + 1;  // that is kept
  page.lost = *question.after + 1 < first;
  const std::uint64_t from = std::max(*question.after + 1, first);
  for (std::uint64_t number = from; number <= last_; ++number) {
    if (take(lines_[number - first])) continue;
    page.next = number - 1;
    break;
  }
  return page;
}

void Log::ask(const LogQuestion& question, Taker taker) {
  LogPage page;
  {
    const std::lock_guard lock(mutex_);
    page = read_locked(question);
    const bool told = !page.lines.empty() || page.lost;
    if (!told && !stopping_ && waiting_.size() < kMostWaiting) {
      waiting_.push_back({question, std::move(taker), wall_clock()});
      changed_.notify_one();
      return;
    }
  }
  taker(page);
}

void Log::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

/// Those who have something to hear, or have waited long enough, leave the list.
std::vector<std::pair<Log::Taker, LogPage>> Log::take_ready(base::Time now) {
  std::vector<std::pair<Taker, LogPage>> ready;
  std::erase_if(waiting_, [&](Waiting& one) {
    LogPage page = read_locked(one.question);
    const bool patient = now >= one.since && now - one.since < patience_ && !stopping_;
    if (patient && page.lines.empty() && !page.lost) return false;
    ready.emplace_back(std::move(one.taker), std::move(page));
    return true;
  });
  return ready;
}

/// The takers are called without the lock: what they do may be logged.
void Log::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_ || !waiting_.empty()) {
    const auto ready = take_ready(wall_clock());
    if (!ready.empty()) {
      lock.unlock();
      for (const auto& [taker, page] : ready)
        taker(page);
      lock.lock();
      continue;
    }
    if (waiting_.empty()) {
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    } else {
      changed_.wait_for(lock, patience_ / 10);
    }
  }
}

}  // namespace ringspan::replicator::net
