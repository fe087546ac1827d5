#include "kcc/topology.hpp"

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
  }
  return "";
}

bool is_standby(Rule rule) {
  return rule != Rule::ring && rule != Rule::mesh && rule != Rule::site_tree;
}

}  // namespace ringspan::kcc
