#pragma once

// Schedule: the quarter-hours of a week, UTC, in which a site link is open.
//
//     auto nights = sites::Schedule::parse("Mon-Fri 18:00-06:00, Sun 00:00-24:00");
//     if (nights->open_at(now)) pull();
//     auto meet = *nights & other;                 // a path is open where all its links are
//
// Quarter 0 begins Sunday 00:00 UTC (MS-ADTS 6.1.4.5). A window that passes midnight belongs to its
// first day.

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ringspan::sites {

class Schedule {
 public:
  static constexpr std::size_t kQuarters = 672;

  /// Always open.
  Schedule();

  /// Reads comma-separated windows "Day[-Day] HH:MM-HH:MM" on quarter-hours, or "always", "never".
  static base::Result<Schedule> parse(std::string_view text);

  /// The one text of this schedule that parse() reads back: windows whole where they pass midnight,
  /// days with equal windows joined, Monday first.
  std::string to_string() const;

  /// The form in which a directory holds a schedule (MS-ADTS 6.1.4.5): 20 bytes of head, then a
  /// byte for each hour from Sunday 00:00 UTC whose bits 0x8 to 0x1 are its quarters.
  static base::Result<Schedule> from_blob(std::string_view blob);
  std::string to_blob() const;

  bool is_always() const { return open_.all(); }
  bool is_never() const { return open_.none(); }
  std::size_t open_quarters() const { return open_.count(); }

  bool open_at(base::Time time) const;

  /// The first instant >= `time` at which it is open; nullopt if it never opens.
  std::optional<base::Time> next_opening(base::Time time) const;

  Schedule operator&(const Schedule& other) const;

  friend bool operator==(const Schedule&, const Schedule&) = default;

 private:
  std::bitset<kQuarters> open_;
};

}  // namespace ringspan::sites
