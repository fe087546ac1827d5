#include "cli/text_conflicts.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  const auto found = part.find(field);
  return found == part.end() || !found->is_string() ? std::string()
                                                    : printable(found->get<std::string>());
}

std::string values_of(const json& side) {
  std::string words;
  for (const auto& value : side.at("values")) {
    if (!words.empty()) words += ", ";
    words += "\"" + printable(value.get<std::string>()) + "\"";
  }
  return words.empty() ? "no value" : words;
}

/// "  lost  "B", version 1, written at nuuk-1 3 min ago"
std::string side_text(const json& conflict, const char* side, Paint paint, const World& world) {
  const auto found = conflict.find(side);
  if (found == conflict.end() || !found->is_object()) return {};
  return fmt::format("  {}  {}, version {}, written at {} {}\n", world.style.paint(paint, side),
                     values_of(*found), found->at("version").get<std::uint64_t>(),
                     text(*found, "originator"), relative(found->at("time"), world.now()));
}

std::string conflict_text(const json& conflict, const World& world) {
  const auto attribute = text(conflict, "attribute");
  const auto dn = text(conflict, "dn");
  return fmt::format("\n{}{} of {}, noticed {}\n", text(conflict, "kind"),
                     attribute.empty() ? "" : " " + attribute,
                     world.style.paint(Paint::strong, dn.empty() ? text(conflict, "object") : dn),
                     relative(conflict.at("noticed"), world.now())) +
         side_text(conflict, "kept", Paint::good, world) +
         side_text(conflict, "lost", Paint::warning, world);
}

}  // namespace

Rendered conflicts_text(const json& answer, const World& world) {
  const auto& conflicts = answer.at("conflicts");
  const auto controller = text(answer, "controller");
  if (conflicts.empty()) return {fmt::format("No conflicts noticed at {}.\n", controller), "", {}};
  Rendered told;
  told.text = fmt::format("{} noticed at {}.\n", counted(conflicts.size(), "conflict"), controller);
  for (const auto& conflict : conflicts)
    told.text += conflict_text(conflict, world);
  return told;
}

}  // namespace ringspan::cli
