#include "cli/difference.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/text_apply.hpp"
#include "kcc/compare.hpp"
#include "kcc/comparison_json.hpp"
#include "sites/forest_changes.hpp"

namespace ringspan::cli {

ExitCode show_difference(const sites::Forest& before, const sites::Forest& after,
                         const Arguments& given, World& world) {
  const auto text = kcc::comparison_json(kcc::planned(before), kcc::planned(after),
                                         sites::changes_in_words(before, after));
  auto answer = nlohmann::json::parse(text);
  if (given.has("--json")) {
    world.out << text;
  } else {
    answer["not_joined"] = nlohmann::json::array();  // nobody has to, on paper
    world.out << difference_text(answer, world);
  }
  const auto& cut_off = answer.at("cut_off");
  for (const auto& one : cut_off) {
    if (one.at("reason") == "unreached") return ExitCode::not_well;
  }
  return ExitCode::well;
}

}  // namespace ringspan::cli
