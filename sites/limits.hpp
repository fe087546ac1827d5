#pragma once

// What a forest may hold. Twice what plans are meant for; the analysis keeps a bit for each pair of
// controllers, so a file gone wrong would take all memory before anything was said of it. Every
// reader stops where its file goes beyond.

#include <cstddef>
#include <string>
#include <string_view>

namespace ringspan::sites {

inline constexpr std::size_t kMostSites = 20'000;
inline constexpr std::size_t kMostControllers = 60'000;

/// "more than 20000 sites, the most that a plan is made for"
std::string too_many(std::string_view what, std::size_t most);
inline constexpr std::string_view kTooManyRemedy = "plan a part of the network";

}  // namespace ringspan::sites
