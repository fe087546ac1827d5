#include "cli/text_pause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

bool changed(const json& answer, const std::string& direction) {
  const auto& list = answer.at("changed");
  return std::ranges::find(list, json(direction)) != list.end();
}

}  // namespace

Rendered pause_text(const json& answer, const World& world) {
  Rendered told;
  const auto name = printable(answer.at("controller").get<std::string>());
  for (const auto* direction : {"inbound", "outbound"}) {
    const auto& pause = answer.at("paused").at(direction);
    if (pause.is_null()) continue;
    told.text += fmt::format("{} {}: {} by {}, {}\n", name, direction,
                             changed(answer, direction) ? "paused" : "already paused",
                             printable(pause.at("by").get<std::string>()),
                             relative(pause.at("since"), world.now()));
  }
  return told;
}

Rendered resume_text(const json& answer, const World& world) {
  Rendered told;
  const auto name = printable(answer.at("controller").get<std::string>());
  for (const auto* direction : {"inbound", "outbound"}) {
    const auto& pause = answer.at("paused").at(direction);
    if (changed(answer, direction)) {
      told.text += fmt::format("{} {}: resumed\n", name, direction);
    } else if (!pause.is_null()) {
      told.text += fmt::format("{} {}: still paused by {}, {}\n", name, direction,
                               printable(pause.at("by").get<std::string>()),
                               relative(pause.at("since"), world.now()));
    } else {
      told.text += fmt::format("{} {}: not paused\n", name, direction);
    }
  }
  return told;
}

}  // namespace ringspan::cli
