#include "kcc/topology.hpp"

namespace ringspan::kcc {

std::string_view to_string(Rule rule) {
  switch (rule) {
    case Rule::ring:
      return "ring";
    case Rule::site_tree:
      return "site_tree";
  }
  return "";
}

}  // namespace ringspan::kcc
