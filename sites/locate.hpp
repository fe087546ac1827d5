#pragma once

// locate: to which site a client belongs, and who serves it there.
//
//     const auto found = sites::locate(forest, "10.3.7.9");
//     if (found && found->site) greet(*found->site, found->controllers);

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

struct NearSite {
  SiteId site;
  Cost cost;                              ///< Of the cheapest way that links may be combined into.
  std::vector<ControllerId> controllers;  ///< Not empty; by name.
  friend bool operator==(const NearSite&, const NearSite&) = default;
};

struct Location {
  std::optional<std::string> subnet;      ///< The longest that holds the address.
  std::optional<SiteId> site;             ///< Whose subnet it is.
  std::vector<ControllerId> controllers;  ///< In that site, by name.
  /// Where no controller stands in the site: the sites that cover it (active-directory A16). Over
  /// the cheapest direct link to a site with controllers; of its sites the one with most of them,
  /// then the first by name; of equally cheap links each one's.
  std::vector<NearSite> covered_by;
  std::vector<NearSite> next;  ///< All other sites with controllers: cheapest first, then by name.
  friend bool operator==(const Location&, const Location&) = default;
};

/// Fails with Errc::invalid if `address` is none. Of two subnets of one length (there are none in a
/// sound forest) the first by site name counts.
base::Result<Location> locate(const Forest& forest, std::string_view address);

}  // namespace ringspan::sites
