// Sites and their subnets, controllers and names.

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/fold.hpp"
#include "kcc/check_parts.hpp"
#include "sites/subnet.hpp"

namespace ringspan::kcc {
namespace {

std::string place_of(const sites::Site& site) {
  return "site " + site.name;
}

/// A subnet as bits, so that one in another is a prefix of it.
struct Network {
  std::size_t size = 0;  // in bytes
  std::array<std::uint8_t, 16> bytes{};
  std::size_t prefix = 0;
  const sites::Site* site = nullptr;
  const std::string* text = nullptr;

  bool holds(const Network& other) const {
    return size == other.size && prefix <= other.prefix &&
           sites::prefix_holding(*text, {other.bytes, other.size}).has_value();
  }
};

std::optional<Network> network_of(const sites::Site& site, const std::string& subnet) {
  const auto slash = subnet.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto address = sites::parse_address(std::string_view(subnet).substr(0, slash));
  std::size_t prefix = 0;
  const char* end = subnet.data() + subnet.size();
  const auto [stop, code] = std::from_chars(subnet.data() + slash + 1, end, prefix);
  if (!address || code != std::errc{} || stop != end) return std::nullopt;
  return Network{address->size, address->bytes, prefix, &site, &subnet};
}

/// What two names have in common that are taken for each other.
std::string squeezed(std::string_view name) {
  std::string left;
  for (const char c : base::fold_name(name)) {
    if (c != ' ' && c != '-' && c != '_' && c != '.') left += c;
  }
  return left;
}

void check_names_of(std::string_view kind, const std::vector<std::string_view>& names,
                    Findings& findings) {
  std::map<std::string, std::vector<std::string_view>> alike;
  for (const std::string_view name : names) {
    alike[squeezed(name)].push_back(name);
    if (name.find("CNF:") == std::string_view::npos) continue;
    findings.add("name-clash", fmt::format("{} {}", kind, name),
                 "the name was made when two of one name met; the other one is still there",
                 "find out which of the two is meant, rename or remove the other");
  }
  for (auto& [form, same] : alike) {
    if (same.size() < 2) continue;
    std::ranges::sort(same);
    findings.add(
        "name-clash", fmt::format("{} {}", kind, same.front()),
        fmt::format("is easily taken for {}", fmt::join(same.begin() + 1, same.end(), ", ")),
        "rename all but one so that the names differ in more than blanks, dashes and case");
  }
}

}  // namespace

void check_sites(const sites::Forest& forest, Findings& findings) {
  std::set<sites::SiteId> linked;
  for (const auto& link : forest.links)
    linked.insert(link.sites.begin(), link.sites.end());
  std::set<sites::SiteId> peopled;
  for (const auto& controller : forest.controllers)
    peopled.insert(controller.site);
  const bool has_subnets = std::ranges::any_of(
      forest.sites, [](const sites::Site& site) { return !site.subnets.empty(); });
  for (const auto& site : forest.sites) {
    if (forest.sites.size() > 1 && !linked.contains(site.id)) {
      findings.add("site-without-link", place_of(site),
                   peopled.contains(site.id)
                       ? "no site link reaches it: its controllers hear nobody outside"
                       : "no site link reaches it: nobody can tell which site is near it",
                   "add a site link from it to the site that its line leads to");
    }
    if (!peopled.contains(site.id)) {
      findings.add("site-without-controller", place_of(site),
                   "no controller stands there; its clients are served over a site link",
                   "move a controller there, or leave it: ringspan locate says who serves it");
    }
    if (has_subnets && site.subnets.empty()) {
      findings.add("site-without-subnet", place_of(site),
                   "no subnet belongs to it, so no client is found to be there",
                   "add the subnets of that office");
    }
  }
  if (!has_subnets && !forest.sites.empty()) {
    findings.add("site-without-subnet", "forest", "no site has a subnet: no client finds its site",
                 "add the subnets of each office to its site");
  }
}

void check_subnets(const sites::Forest& forest, Findings& findings) {
  std::vector<Network> networks;
  for (const auto& site : forest.sites) {
    for (const auto& subnet : site.subnets) {
      if (auto network = network_of(site, subnet)) networks.push_back(*network);
    }
  }
  std::ranges::sort(networks, {}, [](const Network& one) {
    return std::tuple(one.size, one.bytes, one.prefix, std::string_view(one.site->name));
  });
  std::vector<const Network*> around;  // each holds the next
  for (const Network& network : networks) {
    while (!around.empty() && !around.back()->holds(network))
      around.pop_back();
    if (!around.empty() && around.back()->site != network.site) {
      const Network& outer = *around.back();
      findings.add("subnet-in-another", fmt::format("subnet {}", *network.text),
                   fmt::format("of {} lies in {} of {}; it decides for its own addresses",
                               network.site->name, *outer.text, outer.site->name),
                   "nothing, if that is meant; else make the larger one smaller");
    }
    around.push_back(&network);
  }
}

void check_names(const sites::Forest& forest, Findings& findings) {
  const auto names_in = [](const auto& list) {
    std::vector<std::string_view> names;
    for (const auto& one : list)
      names.push_back(one.name);
    return names;
  };
  check_names_of("site", names_in(forest.sites), findings);
  check_names_of("site link", names_in(forest.links), findings);
  check_names_of("controller", names_in(forest.controllers), findings);
}

}  // namespace ringspan::kcc
