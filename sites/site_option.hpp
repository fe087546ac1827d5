#pragma once

// SiteOption: what an administrator switches for one site (nTDSSiteSettings.options; MS-ADTS
// 6.1.1.2.2.1.1). Each has one word, in forest.json, and one bit, in a directory.
//
//     to_string(SiteOption::no_shortcuts);        // "no_shortcuts"
//     site_options_of_bits(0x5);                  // no_intrasite_topology, no_shortcuts

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ringspan::sites {

/// In the order of the bits: the first is 0x1, the last 0x1000.
enum class SiteOption : std::uint8_t {
  no_intrasite_topology,  ///< Connections inside the site are the administrator's.
  no_cleanup,             ///< No connection is removed.
  no_shortcuts,           ///< Inside the site a ring and nothing else.
  no_stale_detection,     ///< No controller counts as failed.
  no_intersite_topology,  ///< Connections from other sites are the administrator's.
  group_caching,
  algorithm_2003,
  election_2000,
  fixed_bridgeheads,  ///< Bridgeheads are not drawn by chance.
  staggered_schedules,
  redundant_connections,  ///< Backup connections stand ready.
  ignore_schedules,       ///< Schedules of links do not count.
  bridges_required,       ///< Seen from here, links are not bridged by themselves.
};

std::string_view to_string(SiteOption option);
std::optional<SiteOption> parse_site_option(std::string_view word);

/// All words, in the order of the bits.
std::vector<std::string> site_option_words();

/// Bits without a meaning are left out.
std::set<SiteOption> site_options_of_bits(std::uint32_t bits);
std::uint32_t bits_of(const std::set<SiteOption>& options);

}  // namespace ringspan::sites
