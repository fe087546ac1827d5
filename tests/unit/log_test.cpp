// The kept lines of a log: numbers, limits, what is lost, and who waits.

#include "replicator/net/log.hpp"

#include <gtest/gtest.h>

#include <future>

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kNow{std::chrono::days(19'000)};

std::vector<std::uint64_t> numbers(const LogPage& page) {
  std::vector<std::uint64_t> found;
  for (const LogLine& line : page.lines)
    found.push_back(line.number);
  return found;
}

using Numbers = std::vector<std::uint64_t>;

void write(Log& log, std::size_t lines, LogLevel level = LogLevel::info) {
  for (std::size_t i = 0; i < lines; ++i)
    log.add(kNow, level, "a line");
}

TEST(Log, TellsTheLastLinesOrThoseAfterACursor) {
  Log log;
  write(log, 5);
  EXPECT_EQ(numbers(log.read({.after = {}, .limit = 2})), (Numbers{4, 5}));
  EXPECT_EQ(numbers(log.read({.after = 3})), (Numbers{4, 5}));
  EXPECT_EQ(numbers(log.read({.after = 5})), Numbers{});
}

TEST(Log, GoesOnWhereAPageWasFull) {
  Log log;
  write(log, 5);
  const LogPage page = log.read({.after = 0, .limit = 2});
  EXPECT_EQ(numbers(page), (Numbers{1, 2}));
  EXPECT_EQ(page.next, 2U);
  EXPECT_EQ(numbers(log.read({.after = page.next})), (Numbers{3, 4, 5}));
}

TEST(Log, PassesOverLinesOfALowerLevel) {
  Log log;
  write(log, 2);
  write(log, 1, LogLevel::warning);
  write(log, 2);
  const LogPage page = log.read({.after = 0, .least = LogLevel::warning});
  EXPECT_EQ(numbers(page), Numbers{3});
  EXPECT_EQ(page.next, 5U);
  EXPECT_EQ(numbers(log.read({.after = {}, .limit = 1, .least = LogLevel::warning})), Numbers{3});
}

TEST(Log, SaysWhenLinesAreNoLongerKept) {
  Log log;
  write(log, Log::kKept + 3);
  EXPECT_FALSE(log.read({.after = 3, .limit = 1}).lost);
  const LogPage page = log.read({.after = 2, .limit = 1});
  EXPECT_TRUE(page.lost);
  EXPECT_EQ(numbers(page), Numbers{4});
  EXPECT_FALSE(log.read({.after = {}, .limit = Log::kKept}).lost);
}

TEST(Log, EndsAPageBeforeItIsTooLarge) {
  Log log;
  const std::string longest(2 * Log::kLongestText, 'x');
  for (std::size_t i = 0; i < Log::kMostBytes / Log::kLongestText + 1; ++i)
    log.add(kNow, LogLevel::info, longest);
  const LogPage page = log.read({.after = 0, .limit = Log::kKept});
  EXPECT_EQ(page.lines.size(), Log::kMostBytes / Log::kLongestText);
  EXPECT_EQ(page.next, page.lines.size());
  EXPECT_EQ(page.lines.front().text.size(), Log::kLongestText);
}

TEST(Log, WhoWaitsHearsTheNextLineThatConcernsHim) {
  Log log(1h);
  write(log, 1);
  std::promise<LogPage> heard;
  log.ask({.after = 1, .least = LogLevel::warning},
          [&heard](const LogPage& page) { heard.set_value(page); });
  write(log, 1);
  write(log, 1, LogLevel::error);
  auto page = heard.get_future();
  // The log looks again at least ten times in its patience, and at once when something is written.
  ASSERT_EQ(page.wait_for(30s), std::future_status::ready);
  EXPECT_EQ(numbers(page.get()), Numbers{3});
}

TEST(Log, WhoWaitsInVainIsAnsweredAfterThePatienceAndAtTheEnd) {
  for (const base::Duration patience : {base::Duration(20ms), base::Duration(1h)}) {
    Log log(patience);
    std::promise<LogPage> heard;
    log.ask({.after = 0}, [&heard](const LogPage& page) { heard.set_value(page); });
    if (patience > 1min) log.stop();
    auto page = heard.get_future();
    ASSERT_EQ(page.wait_for(30s), std::future_status::ready);
    EXPECT_TRUE(page.get().lines.empty());
  }
}

TEST(Log, KnowsItsLevels) {
  for (const char* level : {"debug", "info", "warning", "error", "critical"})
    EXPECT_EQ(to_string(parse_log_level(level).value()), level);
  EXPECT_EQ(parse_log_level("warn"), LogLevel::warning);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace ringspan::replicator::net
