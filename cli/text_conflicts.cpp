#include "cli/text_conflicts.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

std::string values_of(const json& values) {
  std::string words;
  for (const auto& value : values) {
    if (!words.empty()) words += ", ";
    words += "\"" + printable(value.get<std::string>()) + "\"";
  }
  return words.empty() ? "no value" : words;
}

std::string name_of(const json& conflict) {
  const auto dn = text(conflict, "dn");
  return dn.empty() ? text(conflict, "object") : dn;
}

/// "nuuk-1 (nuuk)"
std::string writer_of(const json& side) {
  const auto& site = side.at("site");
  return text(side, "originator") +
         (site.is_string() ? " (" + printable(site.get<std::string>()) + ")" : "");
}

/// "  lost  "B", version 1, written at nuuk-1 (nuuk) 3 min ago"
std::string side_text(const json& conflict, const char* side, Paint paint, const World& world) {
  const auto& told = conflict.at(side);
  return fmt::format("  {}  {}, version {}, written at {} {}\n", world.style.paint(paint, side),
                     values_of(told.at("values")), told.at("version").get<std::uint64_t>(),
                     writer_of(told), relative(told.at("time"), world.now()));
}

std::string sides_text(const json& conflict, const World& world) {
  return fmt::format("{}  {} {} of {}, noticed {}\n", text(conflict, "id"), text(conflict, "kind"),
                     text(conflict, "attribute"),
                     world.style.paint(Paint::strong, name_of(conflict)),
                     relative(conflict.at("noticed"), world.now())) +
         side_text(conflict, "kept", Paint::good, world) +
         side_text(conflict, "lost", Paint::warning, world);
}

/// Whose journals are not among them, for standard error.
std::string missing_text(const json& answer) {
  std::string lines;
  for (const auto& one : answer.at("missing")) {
    lines += fmt::format("The journal of {} is missing: {}\n", text(one, "controller"),
                         text(one, "error"));
  }
  return lines;
}

Table counts(std::vector<Column> columns) {
  columns.insert(columns.begin(), {"CONFLICTS", Align::right});
  return Table(std::move(columns));
}

std::string count(const json& row) {
  return fmt::format("{}", row.at("conflicts").get<std::uint64_t>());
}

}  // namespace

Rendered conflicts_text(const json& answer, const World& world) {
  const auto& conflicts = answer.at("conflicts");
  Rendered told{.text = {}, .aside = missing_text(answer)};
  for (const auto& conflict : conflicts)
    told.text += (told.text.empty() ? "" : "\n") + sides_text(conflict, world);
  if (conflicts.empty()) told.text = "No conflicts in the journals that could be read.\n";
  if (answer.at("truncated").get<bool>()) {
    told.aside += "There are more; ask for them with --limit, or for fewer kinds of them.\n";
  }
  return told;
}

Rendered hot_text(const json& answer, const World& world) {
  Rendered told{.text = {}, .aside = missing_text(answer)};
  const auto& hot = answer.at("hot");
  if (hot.at("objects").empty()) {
    told.text = "No conflicts in the journals that could be read.\n";
    return told;
  }
  Table objects = counts({{"OBJECT", Align::left, 12}});
  for (const auto& row : hot.at("objects"))
    objects.add({count(row), name_of(row)});
  Table attributes = counts({{"ATTRIBUTE"}});
  for (const auto& row : hot.at("attributes"))
    attributes.add({count(row), text(row, "attribute")});
  Table sites = counts({{"SITES"}});
  for (const auto& row : hot.at("sites")) {
    std::string pair;
    for (const auto& site : row.at("sites")) {
      pair += (pair.empty() ? "" : ", ") +
              (site.is_string() ? printable(site.get<std::string>()) : "unknown");
    }
    sites.add({count(row), pair});
  }
  told.text = objects.to_string(world.style) + "\n" + attributes.to_string(world.style) + "\n" +
              sites.to_string(world.style);
  return told;
}

Rendered conflict_text(const json& answer, const World& world) {
  Rendered told{.text = sides_text(answer, world), .aside = missing_text(answer)};
  const auto& present = answer.at("present");
  if (!present.is_null()) {
    told.text += fmt::format("  now   {} at {}\n", values_of(present), text(answer, "controller"));
  }
  for (const auto& notice : answer.at("noticed_at")) {
    told.text += fmt::format("  noticed at {} {}\n", text(notice, "controller"),
                             relative(notice.at("time"), world.now()));
  }
  const auto& restore = answer.at("restore");
  told.text += restore.at("possible").get<bool>()
                   ? fmt::format("To restore what lost ({}): ringspan conflicts restore {}\n",
                                 text(restore, "what"), text(answer, "id"))
                   : fmt::format("It cannot be restored: {}\n", text(restore, "reason"));
  return told;
}

Rendered restored_text(const json& answer, const World&) {
  return {.text = fmt::format("{}: {}; written at {}, USN {}\n", text(answer, "dn"),
                              text(answer, "what"), text(answer, "controller"),
                              answer.at("usn").get<std::uint64_t>()),
          .aside = {}};
}

}  // namespace ringspan::cli
