#pragma once

// Time and Duration: milliseconds, UTC, always an argument. Nobody below the rim asks a clock.
//
//     Time due = now + 15min;
//     print(to_string(due));                  // "2024-01-01T00:15:00.000Z"
//     auto week = parse_duration("7d");       // the durations of forest files and scenarios

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ringspan::base {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

/// ISO 8601 in UTC with milliseconds.
std::string to_string(Time time);

/// Reads what to_string writes (fraction and 'Z' optional); nullopt for anything else.
std::optional<Time> parse_time(std::string_view text);

/// "500ms", "30s", "15m", "4h", "7d": the largest unit that divides the duration evenly.
std::string to_string(Duration duration);

/// Reads a whole number followed by ms, s, m, h or d; nullopt for anything else or an overflow.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace ringspan::base
