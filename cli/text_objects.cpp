#include "cli/text_objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& answer, const char* field) {
  return printable(answer.at(field).get<std::string>());
}

/// "  title  Head of A", further values below the first.
std::string values_text(const json& attributes, const World& world) {
  std::size_t longest = 0;
  for (const auto& [name, values] : attributes.items()) {
    longest = std::max(longest, columns(printable(name)));
  }
  std::string lines;
  for (const auto& [name, values] : attributes.items()) {
    const std::string shown = printable(name);
    std::string label =
        world.style.paint(Paint::strong, shown) + std::string(longest - columns(shown), ' ');
    for (const auto& value : values) {
      lines += "  " + label + "  " + printable(value.get<std::string>()) + "\n";
      label = std::string(longest, ' ');
    }
  }
  return lines;
}

std::string heading(const json& answer, const World& world) {
  return fmt::format(
      "{}\n{}\n", world.style.paint(Paint::strong, text(answer, "dn")),
      world.style.paint(
          Paint::faint,
          fmt::format("  object {} at {}, USN {}{}", text(answer, "object"),
                      text(answer, "controller"), answer.at("usn").get<std::uint64_t>(),
                      answer.at("deleted").get<bool>() ? ", deleted" : "")));
}

/// The object's attributes, and the links from it and to it as DNs, one map for people.
json shown_attributes(const json& answer) {
  json shown = answer.at("attributes");
  for (const char* links : {"links", "back_links"}) {
    for (const auto& [attribute, objects] : answer.at(links).items()) {
      for (const auto& object : objects)
        shown[attribute].push_back(object.at("dn"));
    }
  }
  return shown;
}

/// The values of an attribute in one cell: "1, 2"; "-" if it has a stamp alone.
std::string joined(const json& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  if (found == attributes.end()) return "-";
  std::string words;
  for (const auto& value : *found) {
    if (!words.empty()) words += ", ";
    words += printable(value.get<std::string>());
  }
  return words.empty() ? "-" : words;
}

}  // namespace

Rendered written_text(const json& answer, const World&) {
  return {fmt::format("{} written at {}, USN {}\n", text(answer, "dn"), text(answer, "controller"),
                      answer.at("usn").get<std::uint64_t>()),
          "", ExitCode::well};
}

Rendered deleted_text(const json& answer, const World& world) {
  auto told = written_text(answer, world);
  told.text.replace(told.text.find(" written at "), 9, " deleted ");
  return told;
}

Rendered undeleted_text(const json& answer, const World& world) {
  auto told = written_text(answer, world);
  told.text.replace(told.text.find(" written at "), 9, " lives again ");
  return told;
}

Rendered tree_text(const json& answer, const World&) {
  const auto objects = answer.at("objects").get<std::uint64_t>();
  return {fmt::format("{}: {} at {}, {}.\n", text(answer, "dn"), counted(objects, "object"),
                      text(answer, "controller"),
                      objects == 1 ? "with none below it" : "with all below it"),
          "", ExitCode::well};
}

Rendered object_text(const json& answer, const World& world) {
  return {heading(answer, world) + values_text(shown_attributes(answer), world), "",
          ExitCode::well};
}

Rendered object_text_with_stamps(const json& answer, const World& world) {
  Table table({{"ATTRIBUTE"},
               {"VALUE", Align::left, 12},
               {"VERSION", Align::right},
               {"WRITTEN AT", Align::left, 8},
               {"WHEN"},
               {"USN", Align::right}});
  for (const auto& [name, stamp] : answer.at("stamps").items()) {
    table.add({printable(name), joined(answer.at("attributes"), name),
               fmt::format("{}", stamp.at("version").get<std::uint64_t>()),
               text(stamp, "originator"), relative(stamp.at("time"), world.now()),
               fmt::format("{}", stamp.at("usn").get<std::uint64_t>())});
  }
  return {heading(answer, world) + table.to_string(world.style), "", ExitCode::well};
}

Rendered list_text(const json& answer, const World& world) {
  std::string lines;
  for (const auto& child : answer.at("children")) {
    lines += text(child, "dn");
    if (child.at("has_children").get<bool>()) {
      lines += world.style.paint(Paint::faint, "  (more below)");
    }
    lines += "\n";
  }
  if (!lines.empty()) return {lines, "", ExitCode::well};
  return {
      "",
      fmt::format("Nothing lies below {} at {}.\n", text(answer, "dn"), text(answer, "controller")),
      ExitCode::well};
}

Rendered deleted_list_text(const json& answer, const World& world) {
  Table table({{"OBJECT"}, {"DN", Align::left, 12}, {"DELETED"}, {"BY", Align::left, 8}, {"LEFT"}});
  for (const auto& object : answer.at("objects")) {
    std::string left = object.at("whole").get<bool>() ? "all" : "its name";
    if (object.at("parent_deleted").get<bool>()) left += ", parent deleted too";
    table.add({text(object, "object"), text(object, "dn"),
               relative(object.at("deleted"), world.now()), text(object, "by"), std::move(left)});
  }
  Rendered told;
  if (!table.empty()) told.text = table.to_string(world.style);
  told.aside =
      fmt::format("{} that lay below {} {} deleted at {}.\n",
                  table.empty() ? "Nothing" : counted(answer.at("objects").size(), "object"),
                  text(answer, "dn"), answer.at("objects").size() > 1 ? "are" : "is",
                  text(answer, "controller"));
  if (answer.at("truncated").get<bool>()) {
    told.aside += "There are more; ask for them with --limit or name an object.\n";
  }
  return told;
}

Rendered find_text(const json& answer, const World& world) {
  const auto& objects = answer.at("objects");
  Rendered found;
  for (const auto& object : objects) {
    found.text += world.style.paint(Paint::strong, text(object, "dn")) + "\n" +
                  values_text(object.at("attributes"), world);
  }
  found.aside = fmt::format("{} found at {}.\n", counted(objects.size(), "object"),
                            text(answer, "controller"));
  if (answer.at("truncated").get<bool>()) {
    found.aside += "There are more; ask for them with --limit or narrow with --below.\n";
  }
  if (objects.empty()) found.code = ExitCode::not_well;
  return found;
}

}  // namespace ringspan::cli
