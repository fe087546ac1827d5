#pragma once

// Log: the last lines of this controller's log, for people elsewhere (`ringspan log`).
//
//     spdlog ──add──► Log ──► read(question), or ask(question): when there is something to tell
//
// Lines are numbered from 1 since the controller was started; a number is a reader's cursor.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/time.hpp"

namespace ringspan::replicator::net {

enum class LogLevel { debug, info, warning, error, critical };

/// "warning"; `parse_log_level` takes "warn" as well, and nullopt is no level.
std::string_view to_string(LogLevel level);
std::optional<LogLevel> parse_log_level(std::string_view text);

struct LogLine {
  std::uint64_t number = 0;
  base::Time time{};
  LogLevel level = LogLevel::info;
  std::string text;
};

struct LogQuestion {
  std::optional<std::uint64_t> after;  ///< Lines above this number; nullopt: the last ones.
  std::size_t limit = 1000;            ///< Most lines; fewer where they are long.
  LogLevel least = LogLevel::debug;
};

struct LogPage {
  std::vector<LogLine> lines;  ///< In their order.
  std::uint64_t next = 0;      ///< The cursor with which to go on.
  bool lost = false;           ///< Lines above `after` are no longer kept.
};

/// Any thread.
class Log {
 public:
  static constexpr std::size_t kKept = 10'000;          ///< Lines.
  static constexpr std::size_t kLongestText = 4096;     ///< Bytes; the rest is cut off.
  static constexpr std::size_t kMostBytes = 4U << 20U;  ///< Text of a page.
  static constexpr std::size_t kMostWaiting = 64;
  static constexpr base::Duration kPatience = std::chrono::seconds(10);

  using Taker = std::function<void(const LogPage& page)>;

  explicit Log(base::Duration patience = kPatience);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void add(base::Time time, LogLevel level, std::string_view text);

  LogPage read(const LogQuestion& question) const;

  /// Answers at once if there is something to tell, otherwise when there is, or after the patience
  /// with no lines. `taker` is called once, here or on a thread of the log's own; it must not wait
  /// for another line. Also at once when too many wait, or after stop().
  void ask(const LogQuestion& question, Taker taker);

  /// Answers all who wait and keeps nobody waiting from now on.
  void stop();

 private:
  struct Waiting {
    LogQuestion question;
    Taker taker;
    base::Time since{};
  };

  void run();
  LogPage read_locked(const LogQuestion& question) const;
  std::vector<std::pair<Taker, LogPage>> take_ready(base::Time now);

  const base::Duration patience_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<LogLine> lines_;
  std::uint64_t last_ = 0;
  std::vector<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ringspan::replicator::net
