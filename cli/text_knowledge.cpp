#include "cli/text_knowledge.hpp"

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

std::string number(const json& part, const char* field) {
  return fmt::format("{}", part.at(field).get<std::uint64_t>());
}

/// "oslo-1:411 nuuk-1:3"; "-" if its writer had seen nothing.
std::string context_text(const json& stamped) {
  std::string words;
  for (const auto& seen : stamped.at("context")) {
    words += fmt::format("{}{}:{}", words.empty() ? "" : " ", text(seen, "originator"),
                         number(seen, "usn"));
  }
  return words.empty() ? "-" : words;
}

std::string values_text(const json& values) {
  std::string words;
  for (const auto& value : values)
    words += (words.empty() ? "" : ", ") + printable(value.get<std::string>());
  return words.empty() ? "-" : words;
}

void add_stamped(Table& table, const json& stamped, Cell value, const World& world) {
  table.add({text(stamped, "attribute"), std::move(value), number(stamped, "version"),
             relative(stamped.at("time"), world.now()), text(stamped, "originator"),
             number(stamped, "usn"), number(stamped, "local_usn"), context_text(stamped)});
}

std::string title(const std::string& words, const World& world) {
  return world.style.paint(Paint::strong, words) + "\n";
}

}  // namespace

Rendered stamps_text(const json& answer, const World& world) {
  Rendered told;
  told.text =
      title(text(answer, "dn") + (answer.at("deleted").get<bool>() ? ", deleted" : ""), world) +
      world.style.paint(Paint::faint,
                        fmt::format("  object {} at {}, USN {}\n", text(answer, "object"),
                                    text(answer, "controller"), number(answer, "usn")));
  Table table({{"ATTRIBUTE"},
               {"VALUE", Align::left, 12},
               {"VERSION", Align::right},
               {"WHEN"},
               {"WRITTEN AT", Align::left, 8},
               {"USN", Align::right},
               {"USN HERE", Align::right},
               {"HAD SEEN", Align::left, 12}});
  for (const auto& attribute : answer.at("attributes"))
    add_stamped(table, attribute, values_text(attribute.at("values")), world);
  for (const auto& link : answer.at("links")) {
    const auto dn = text(link, "dn");
    const bool present = link.at("present").get<bool>();
    const std::string target = dn.empty() ? text(link, "target") : dn;
    add_stamped(table, link,
                {present ? target : "removed: " + target, present ? Paint::plain : Paint::faint},
                world);
  }
  told.text += table.to_string(world.style);
  return told;
}

Rendered vector_text(const json& answer, const World& world) {
  Rendered told;
  for (const auto& context : answer.at("naming_contexts")) {
    Table table({{"CONTROLLER", Align::left, 8}, {"ALL UP TO USN", Align::right}, {"SAID"}});
    for (const auto& cursor : context.at("cursors")) {
      table.add({text(cursor, "controller"), number(cursor, "usn"),
                 relative(cursor.at("time"), world.now())});
    }
    told.text += (told.text.empty() ? "" : "\n") +
                 title(text(context, "dn") + " at " + text(answer, "controller"), world) +
                 table.to_string(world.style);
  }
  return told;
}

Rendered watermarks_text(const json& answer, const World& world) {
  Rendered told;
  Table table({{"SOURCE", Align::left, 8},
               {"NAMING CONTEXT", Align::left, 12},
               {"LOOKED AT", Align::right},
               {"SETTLED", Align::right},
               {"LAST SUCCESS"},
               {"FAILURES", Align::right}});
  for (const auto& mark : answer.at("watermarks")) {
    const bool fails = mark.at("failures").get<std::uint64_t>() > 0;
    table.add({text(mark, "source"),
               text(mark, "naming_context"),
               number(mark, "usn"),
               number(mark, "settled"),
               relative(mark.at("last_success"), world.now()),
               {number(mark, "failures"), fails ? Paint::bad : Paint::plain}});
    if (fails) table.note(text(mark, "error"), Paint::bad);
  }
  told.text = table.empty()
                  ? fmt::format("{} has pulled from nobody yet.\n", text(answer, "controller"))
                  : table.to_string(world.style);
  return told;
}

}  // namespace ringspan::cli
