#include "cli/text_compare.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

std::uint64_t number(const json& part, const char* field) {
  return part.at(field).get<std::uint64_t>();
}

/// `"Head of A" (version 2, oslo-1 USN 411, 3 min ago)`; of a link: "there" or "removed".
std::string held_text(const json& difference, const char* side, const World& world) {
  const json& held = difference.at(side);
  if (held.is_null()) return "nothing";
  std::string words;
  if (!difference.at("target").is_null()) {
    words = held.at("present").get<bool>() ? "there" : "removed";
  } else {
    for (const auto& value : held.at("values"))
      words += (words.empty() ? "\"" : ", \"") + printable(value.get<std::string>()) + "\"";
    if (words.empty()) words = "no value";
  }
  return fmt::format("{} (version {}, {} USN {}, {})", words, number(held, "version"),
                     text(held, "originator"), number(held, "usn"),
                     relative(held.at("time"), world.now()));
}

std::string difference_text(const json& difference, const json& answer, const World& world) {
  std::string what = text(difference, "attribute");
  if (!difference.at("target").is_null()) {
    const auto dn = text(difference, "target_dn");
    what += " " + (dn.empty() ? text(difference, "target") : dn);
  }
  const bool diverges = difference.at("verdict") != "coming";
  return fmt::format(
      "    {}\n      {}: {}\n      {}: {}\n      {}\n", what, text(answer, "a"),
      held_text(difference, "a", world), text(answer, "b"), held_text(difference, "b", world),
      world.style.paint(diverges ? Paint::bad : Paint::faint, text(difference, "reason")));
}

std::string object_text(const json& object, const json& answer, const World& world) {
  const auto dn = text(object, "dn");
  std::string told = fmt::format("  {}\n", dn.empty() ? text(object, "object") : dn);
  for (const auto& difference : object.at("differences"))
    told += difference_text(difference, answer, world);
  return told;
}

std::string state_text(const json& context) {
  const auto state = text(context, "state");
  if (state == "not_compared") return "not compared: " + text(context, "reason");
  if (state == "equal")
    return fmt::format("equal, {}", counted(number(context, "objects_a"), "object"));
  std::string words;
  if (number(context, "diverging") > 0)
    words = counted(number(context, "diverging"), "object") + " diverging";
  if (number(context, "coming") > 0) {
    words +=
        (words.empty() ? "" : ", ") + counted(number(context, "coming"), "object") + " on the way";
  }
  return words;
}

Paint paint_of(const json& context) {
  const auto state = context.at("state").get<std::string>();
  if (state == "equal") return Paint::good;
  return state == "diverging" ? Paint::bad : Paint::warning;
}

}  // namespace

Rendered comparison_text(const json& answer, const World& world) {
  Rendered told;
  const bool diverges = answer.at("health") == "failing";
  told.text =
      world.style.paint(diverges ? Paint::bad : Paint::strong, text(answer, "summary")) + "\n";
  for (const auto& context : answer.at("naming_contexts")) {
    told.text += fmt::format("\n{}: {}\n", text(context, "dn"),
                             world.style.paint(paint_of(context), state_text(context)));
    const auto selection = text(context, "compared");
    if (!selection.empty() && text(context, "state") != "not_compared")
      told.text += world.style.paint(Paint::faint, "  compared: " + selection) + "\n";
    for (const auto& object : context.at("objects"))
      told.text += object_text(object, answer, world);
    if (context.at("truncated").get<bool>()) told.text += "  ... and more; --limit shows them\n";
  }
  if (diverges) {
    told.text += fmt::format(
        "\nringspan compare {} {} --repair --from {} makes them equal: what one has lost comes "
        "back "
        "from the other, and one write with two values is as at {}.\n",
        text(answer, "a"), text(answer, "b"), text(answer, "a"), text(answer, "a"));
    told.code = ExitCode::failing;
  }
  return told;
}

}  // namespace ringspan::cli
