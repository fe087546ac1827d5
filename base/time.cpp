#include "base/time.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>

namespace ringspan::base {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t milliseconds;
};

// Largest first: to_string takes the first that divides, parse_duration compares whole suffixes.
constexpr std::array<Unit, 5> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

template <typename Number>
bool read_number(std::string_view& text, std::size_t digits, Number& number) {
  if (text.size() < digits) return false;
  const auto end = text.data() + digits;
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (code != std::errc{} || stop != end) return false;
  text.remove_prefix(digits);
  return true;
}

bool read_char(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_string(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<Time> parse_time(std::string_view text) {
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0;
  if (!read_number(text, 4, year) || !read_char(text, '-') || !read_number(text, 2, month) ||
      !read_char(text, '-') || !read_number(text, 2, day) || !read_char(text, 'T') ||
      !read_number(text, 2, hour) || !read_char(text, ':') || !read_number(text, 2, minute) ||
      !read_char(text, ':') || !read_number(text, 2, second)) {
    return std::nullopt;
  }
  if (read_char(text, '.') && !read_number(text, 3, fraction)) return std::nullopt;
  read_char(text, 'Z');
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + Duration(fraction);
}

std::string to_string(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (count % unit.milliseconds == 0) {
      return std::to_string(count / unit.milliseconds) + std::string(unit.suffix);
    }
  }
  return std::to_string(count) + "ms";
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (code != std::errc{} || count < 0) return std::nullopt;
  const std::string_view suffix(stop, static_cast<std::size_t>(text.data() + text.size() - stop));
  for (const Unit& unit : kUnits) {
    if (suffix != unit.suffix) continue;
    if (count > std::numeric_limits<std::int64_t>::max() / unit.milliseconds) return std::nullopt;
    return Duration(count * unit.milliseconds);
  }
  return std::nullopt;
}

}  // namespace ringspan::base
