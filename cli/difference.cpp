#include "cli/difference.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/text_apply.hpp"
#include "kcc/difference_json.hpp"

namespace ringspan::cli {

ExitCode show_difference(const sites::Forest& before, const sites::Forest& after,
                         const Arguments& given, World& world) {
  using Json = nlohmann::ordered_json;
  Json answer = kcc::difference_json(before, after);
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
