#include "cli/text_changes.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/style.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

std::string written_text(const json& stamped) {
  return fmt::format("({} USN {}, version {}, {})", text(stamped, "originator"),
                     stamped.at("usn").get<std::uint64_t>(),
                     stamped.at("version").get<std::uint64_t>(), text(stamped, "time"));
}

std::string values_text(const json& values) {
  std::string words;
  for (const auto& value : values)
    words += (words.empty() ? "\"" : ", \"") + printable(value.get<std::string>()) + "\"";
  return words.empty() ? "no value" : words;
}

Paint paint_of(const std::string& kind) {
  if (kind == "deleted") return Paint::bad;
  return kind == "added" || kind == "undeleted" ? Paint::good : Paint::strong;
}

}  // namespace

std::string change_text(const json& change, const World& world) {
  const auto kind = text(change, "kind");
  const auto dn = text(change, "dn");
  std::string told =
      fmt::format("{} {}{}\n", world.style.paint(paint_of(kind), kind),
                  dn.empty() ? text(change, "object") : dn,
                  change.at("inside").get<bool>() ? "" : " (not below what is asked for, now)");
  for (const auto& one : change.at("attributes")) {
    told += fmt::format("  {}: {} {}\n", text(one, "attribute"), values_text(one.at("values")),
                        world.style.paint(Paint::faint, written_text(one)));
  }
  for (const auto& one : change.at("links")) {
    const auto target = text(one, "dn");
    told += fmt::format("  {}: {} {} {}\n", text(one, "attribute"),
                        one.at("present").get<bool>() ? "+" : "-",
                        target.empty() ? text(one, "target") : target,
                        world.style.paint(Paint::faint, written_text(one)));
  }
  return told;
}

}  // namespace ringspan::cli
