#include "replicator/simulator/drawn_forest.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::replicator::simulator {
namespace {

std::string site_name(std::uint64_t site) {
  return fmt::format("site-{}", site);
}

}  // namespace

sites::Forest draw_chain(base::Rng& rng) {
  const std::uint64_t count = 2 + rng.below(4);
  std::string sites;
  std::string links;
  std::string controllers;
  const auto append = [](std::string& list, const std::string& entry) {
    list += (list.empty() ? "" : ", ") + entry;
  };
  for (std::uint64_t site = 0; site < count; ++site) {
    append(sites, fmt::format(R"({{"name": "{}"}})", site_name(site)));
    for (std::uint64_t i = 0; i <= rng.below(3); ++i) {
      append(controllers, fmt::format(R"({{"name": "{}{}", "site": "{}"}})",
                                      static_cast<char>('a' + site), i + 1, site_name(site)));
    }
    if (site == 0) continue;
    append(links, fmt::format(R"({{"name": "chain-{0}", "sites": ["{1}", "{2}"], "cost": {3}}})",
                              site, site_name(site - 1), site_name(site), 10 + rng.below(90)));
  }
  auto forest = sites::read_forest(
      fmt::format(R"({{"name": "swarm", "domains": [{{"dn": "dc=corp,dc=example"}}],
                      "policy": {{"redundancy": {}}},
                      "sites": [{}], "links": [{}], "controllers": [{}]}})",
                  1 + rng.below(2), sites, links, controllers),
      "swarm");
  EXPECTS(forest.has_value());
  return *std::move(forest);
}

std::string mesh_text(std::uint64_t sites, std::uint64_t controllers) {
  std::string site_list;
  std::string names;
  std::string controller_list;
  for (std::uint64_t site = 0; site < sites; ++site) {
    site_list += fmt::format(R"({}{{"name": "{}"}})", site == 0 ? "" : ", ", site_name(site));
    names += fmt::format(R"({}"{}")", site == 0 ? "" : ", ", site_name(site));
    for (std::uint64_t i = 0; i < controllers; ++i) {
      controller_list +=
          fmt::format(R"({}{{"name": "{}{}", "site": "{}"}})", controller_list.empty() ? "" : ", ",
                      static_cast<char>('a' + site), i + 1, site_name(site));
    }
  }
  const std::string links =
      sites > 1 ? fmt::format(R"({{"sites": [{}], "interval": "15m"}})", names) : "";
  return fmt::format(R"({{"name": "swarm", "domains": [{{"dn": "dc=corp,dc=example"}}],
 "sites": [{}], "links": [{}], "controllers": [{}]}}
)",
                     site_list, links, controller_list);
}

}  // namespace ringspan::replicator::simulator
