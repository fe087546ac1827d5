#include "sites/site_option.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ringspan::sites {
namespace {

constexpr std::array<std::string_view, 13> kWords{
    "no_intrasite_topology", "no_cleanup",          "no_shortcuts",          "no_stale_detection",
    "no_intersite_topology", "group_caching",       "algorithm_2003",        "election_2000",
    "fixed_bridgeheads",     "staggered_schedules", "redundant_connections", "ignore_schedules",
    "bridges_required"};

std::uint32_t bit_of(SiteOption option) {
  return 1U << static_cast<unsigned>(option);
}

}  // namespace

std::string_view to_string(SiteOption option) {
  return kWords[static_cast<std::size_t>(option)];
}

std::optional<SiteOption> parse_site_option(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<SiteOption>(found - kWords.begin());
}

std::vector<std::string> site_option_words() {
  return {kWords.begin(), kWords.end()};
}

std::set<SiteOption> site_options_of_bits(std::uint32_t bits) {
  std::set<SiteOption> options;
  for (std::size_t at = 0; at < kWords.size(); ++at) {
    const auto option = static_cast<SiteOption>(at);
    if ((bits & bit_of(option)) != 0) options.insert(option);
  }
  return options;
}

std::uint32_t bits_of(const std::set<SiteOption>& options) {
  std::uint32_t bits = 0;
  for (const SiteOption option : options)
    bits |= bit_of(option);
  return bits;
}

}  // namespace ringspan::sites
