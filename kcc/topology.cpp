#include "kcc/topology.hpp"

#include <algorithm>

namespace ringspan::kcc {

std::string_view to_string(Rule rule) {
  switch (rule) {
    case Rule::ring:
      return "ring";
    case Rule::mesh:
      return "mesh";
    case Rule::site_tree:
      return "site_tree";
    case Rule::second_tree:
      return "second_tree";
    case Rule::mending:
      return "mending";
    case Rule::manual:
      return "manual";
    case Rule::exported:
      return "exported";
  }
  return "";
}

bool is_standby(Rule rule) {
  return rule == Rule::second_tree || rule == Rule::mending;
}

bool falls_with(const Connection& connection, sites::SiteLinkId link) {
  const auto crosses = [link](const auto& path) {
    return std::ranges::find(path, link) != path.end();
  };
  return crosses(connection.path) && std::ranges::all_of(connection.ways_round, crosses);
}

}  // namespace ringspan::kcc
