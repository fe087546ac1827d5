#include "kcc/difference_json.hpp"

#include <nlohmann/json.hpp>

#include "kcc/compare.hpp"
#include "kcc/comparison_json.hpp"
#include "sites/forest_changes.hpp"

namespace ringspan::kcc {

nlohmann::ordered_json difference_json(const sites::Forest& before, const sites::Forest& after) {
  Replanner replanner;
  const Planned was = planned(before, replanner);
  const Planned is = planned(after, replanner);
  auto answer = comparison_json(was, is, compare(was, is), sites::changes_in_words(before, after));
  answer["before"].update(certified_json(was));
  answer["after"].update(certified_json(is));
  return answer;
}

}  // namespace ringspan::kcc
