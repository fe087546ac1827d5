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
  using Json = nlohmann::ordered_json;
  const kcc::Planned was = kcc::planned(before);
  const kcc::Planned is = kcc::planned(after);
  Json answer =
      kcc::comparison_json(was, is, kcc::compare(was, is), sites::changes_in_words(before, after));
  answer["before"].update(kcc::certified_json(was));
  answer["after"].update(kcc::certified_json(is));
  if (given.has("--json")) {
    world.out << answer.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    answer["not_joined"] = Json::array();  // nobody has to, on paper
    world.out << difference_text(nlohmann::json(answer), world);
  }
  for (const auto& one : answer.at("cut_off")) {
    if (one.at("reason") == "unreached") return ExitCode::not_well;
  }
  return ExitCode::well;
}

}  // namespace ringspan::cli
