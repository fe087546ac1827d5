#include "sites/schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace ringspan::sites {
namespace {

constexpr std::size_t kQuartersPerDay = 96;
constexpr std::size_t kDays = 7;
constexpr std::array<std::string_view, kDays> kDayNames{"Sun", "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat"};

/// One opening of one day in quarters after its midnight; `end` <= `start` passes midnight.
struct Window {
  std::size_t start = 0;
  std::size_t end = 0;
  friend auto operator<=>(const Window&, const Window&) = default;
};

constexpr std::size_t kHours = 168;
constexpr std::size_t kHeadSize = 20;  ///< Of a blob: size, bandwidth, count, kind, offset.

std::size_t little_endian(std::string_view bytes, std::size_t at) {
  std::size_t number = 0;
  for (std::size_t byte = 4; byte-- > 0;)
    number = number << 8U | static_cast<unsigned char>(bytes[at + byte]);
  return number;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

tl::unexpected<base::Error> refuse(std::string_view window, std::string_view reason,
                                   std::string_view remedy) {
  return base::fail(base::Errc::invalid,
                    fmt::format("schedule window \"{}\": {}; {}", window, reason, remedy));
}

std::optional<std::size_t> parse_day(std::string_view text) {
  for (std::size_t day = 0; day < kDays; ++day) {
    if (equal_ignoring_case(text, kDayNames[day])) return day;
  }
  return std::nullopt;
}

std::optional<std::size_t> parse_two_digits(std::string_view text) {
  std::size_t number = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.size() != 2 || code != std::errc{} || stop != text.data() + 2) return std::nullopt;
  return number;
}

/// Quarters after midnight; 24:00 is 96.
std::optional<std::size_t> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = parse_two_digits(text.substr(0, 2));
  const auto minute = parse_two_digits(text.substr(3));
  if (!hour || !minute || *minute % 15 != 0 || *minute > 45) return std::nullopt;
  const std::size_t quarter = *hour * 4 + *minute / 15;
  if (quarter > kQuartersPerDay) return std::nullopt;
  return quarter;
}

std::optional<Window> parse_clocks(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto start = parse_clock(text.substr(0, dash));
  if (!start || *start == kQuartersPerDay) return std::nullopt;
  const auto end = parse_clock(text.substr(dash + 1));
  if (!end) return std::nullopt;
  return Window{*start, *end};
}

std::string clock_text(std::size_t quarter) {
  return fmt::format("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
}

struct DayRange {
  std::size_t first = 0;
  std::size_t count = 0;  ///< Days, wrapping at the end of the week.
};

std::optional<DayRange> parse_days(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_day(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  return DayRange{*first, (*last + kDays - *first) % kDays + 1};
}

using Week = std::bitset<Schedule::kQuarters>;

/// The windows of each day: a run of open quarters that passes one midnight and is shorter than a
/// day stays whole; longer runs are cut at midnight. Every window knows the days it begins on.
std::map<Window, std::bitset<kDays>> windows_of(const Week& open) {
  std::map<Window, std::bitset<kDays>> windows;
  for (std::size_t begin = 0; begin < open.size(); ++begin) {
    if (!open[begin] || open[(begin + open.size() - 1) % open.size()]) continue;
    std::size_t length = 1;
    while (open[(begin + length) % open.size()])
      ++length;
    const std::size_t start = begin % kQuartersPerDay;
    if (start + length > kQuartersPerDay && length < kQuartersPerDay) {
      windows[{start, (start + length) % kQuartersPerDay}].set(begin / kQuartersPerDay);
      continue;
    }
    for (std::size_t at = begin; at < begin + length;) {
      const std::size_t from = at % kQuartersPerDay;
      const std::size_t size = std::min(kQuartersPerDay - from, begin + length - at);
      windows[{from, from + size}].set(at / kQuartersPerDay % kDays);
      at += size;
    }
  }
  return windows;
}

/// "Mon", "Mon-Fri", "Sat-Sun": the runs of days, each with its first day counted from Monday.
std::vector<std::pair<std::size_t, std::string>> day_ranges(const std::bitset<kDays>& days) {
  if (days.all()) return {{0, "Mon-Sun"}};
  std::vector<std::pair<std::size_t, std::string>> ranges;
  for (std::size_t from_monday = 0; from_monday < kDays; ++from_monday) {
    const std::size_t first = (from_monday + 1) % kDays;
    if (!days[first] || days[(first + kDays - 1) % kDays]) continue;
    std::size_t last = first;
    while (days[(last + 1) % kDays])
      last = (last + 1) % kDays;
    std::string text(kDayNames[first]);
    if (last != first) text += fmt::format("-{}", kDayNames[last]);
    ranges.emplace_back(from_monday, std::move(text));
  }
  return ranges;
}

std::size_t quarter_of(base::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto quarter = std::chrono::floor<std::chrono::minutes>(time - day).count() / 15;
  return std::chrono::weekday(day).c_encoding() * kQuartersPerDay +
         static_cast<std::size_t>(quarter);
}

base::Result<void> open_window(std::string_view window, Week& open) {
  const auto space = window.find_first_of(" \t");
  if (space == std::string_view::npos) {
    return refuse(window, "a day and a time are needed", "write it like \"Mon-Fri 18:00-06:00\"");
  }
  const auto days = parse_days(window.substr(0, space));
  if (!days) return refuse(window, "unknown day", "use Sun, Mon, Tue, Wed, Thu, Fri or Sat");
  const auto clocks = parse_clocks(trim(window.substr(space)));
  if (!clocks) {
    return refuse(window, "times are HH:MM-HH:MM on quarter-hours",
                  "use minutes 00, 15, 30 or 45 and end a whole day with 24:00");
  }
  const auto [start, end] = *clocks;
  if (start == end) {
    return refuse(window, "it begins and ends at the same time",
                  "write 00:00-24:00 for a whole day");
  }
  const std::size_t length = end > start ? end - start : end + kQuartersPerDay - start;
  for (std::size_t day = 0; day < days->count; ++day) {
    const std::size_t begin = (days->first + day) * kQuartersPerDay + start;
    for (std::size_t quarter = 0; quarter < length; ++quarter) {
      open.set((begin + quarter) % Schedule::kQuarters);
    }
  }
  return {};
}

}  // namespace

Schedule::Schedule() {
  open_.set();
}

base::Result<Schedule> Schedule::parse(std::string_view text) {
  Schedule schedule;
  if (equal_ignoring_case(trim(text), "always")) return schedule;
  schedule.open_.reset();
  if (equal_ignoring_case(trim(text), "never")) return schedule;
  while (true) {
    const auto comma = text.find(',');
    const auto opened = open_window(trim(text.substr(0, comma)), schedule.open_);
    if (!opened) return base::fail(opened.error());
    if (comma == std::string_view::npos) return schedule;
    text.remove_prefix(comma + 1);
  }
}

base::Result<Schedule> Schedule::from_blob(std::string_view blob) {
  const auto refuse_blob = [](std::string reason) {
    return base::fail(base::Errc::invalid,
                      std::move(reason) + "; set the schedule of this object again");
  };
  if (blob.size() < kHeadSize) return refuse_blob("the schedule is shorter than its head");
  const std::size_t count = little_endian(blob, 8);
  constexpr std::size_t kEntry = 8;  // of each schedule its kind and where it begins
  for (std::size_t at = 12, seen = 0; seen < count && at + kEntry <= blob.size();
       at += kEntry, ++seen) {
    if (little_endian(blob, at) != 0) continue;  // bandwidth or priority
    const std::size_t begin = little_endian(blob, at + 4);
    if (begin > blob.size() || blob.size() - begin < kHours) break;
    Schedule schedule;
    for (std::size_t quarter = 0; quarter < kQuarters; ++quarter) {
      const auto hour = static_cast<unsigned char>(blob[begin + quarter / 4]);
      schedule.open_[quarter] = (hour & (0x8U >> (quarter % 4))) != 0;
    }
    return schedule;
  }
  return refuse_blob(fmt::format("the schedule of {} bytes holds no whole week", blob.size()));
}

std::string Schedule::to_blob() const {
  std::string blob;
  for (const std::size_t number :
       {kHeadSize + kHours, std::size_t{0}, std::size_t{1}, std::size_t{0}, kHeadSize}) {
    for (unsigned shift = 0; shift < 32; shift += 8)
      blob += static_cast<char>((number >> shift) & 0xffU);
  }
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    unsigned quarters = 0;
    for (std::size_t quarter = 0; quarter < 4; ++quarter)
      quarters = quarters << 1U | (open_[hour * 4 + quarter] ? 1U : 0U);
    blob += static_cast<char>(quarters);
  }
  return blob;
}

std::string Schedule::to_string() const {
  if (is_always()) return "always";
  if (is_never()) return "never";
  std::map<std::pair<std::size_t, Window>, std::string> lines;  // by first day, then by time
  for (const auto& [window, days] : windows_of(open_)) {
    for (const auto& [first, range] : day_ranges(days))
      lines[{first, window}] = range;
  }
  std::string text;
  for (const auto& [key, range] : lines) {
    const Window& window = key.second;
    text += fmt::format("{}{} {}-{}", text.empty() ? "" : ", ", range, clock_text(window.start),
                        clock_text(window.end));
  }
  return text;
}

bool Schedule::open_at(base::Time time) const {
  return open_[quarter_of(time)];
}

std::optional<base::Time> Schedule::next_opening(base::Time time) const {
  if (open_at(time)) return time;
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::size_t today = std::chrono::weekday(day).c_encoding() * kQuartersPerDay;
  const std::size_t now = quarter_of(time);
  for (std::size_t ahead = 1; ahead <= kQuarters; ++ahead) {
    if (!open_[(now + ahead) % kQuarters]) continue;
    return day + std::chrono::minutes(15) * static_cast<std::int64_t>(now - today + ahead);
  }
  return std::nullopt;
}

Schedule Schedule::operator&(const Schedule& other) const {
  Schedule both = *this;
  both.open_ &= other.open_;
  return both;
}

}  // namespace ringspan::sites
