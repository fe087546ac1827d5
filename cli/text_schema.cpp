#include "cli/text_schema.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "cli/style.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  const auto& value = part.at(field);
  return value.is_null() ? std::string() : printable(value.get<std::string>());
}

struct Trait {
  const char* field;
  const char* word;     ///< In the list.
  const char* meaning;  ///< Of one attribute.
};
constexpr Trait kTraits[] = {
    {"not_replicated", "not replicated", "not replicated: stays at the controller that wrote it"},
    {"partial", "partial", "in the partial set: partial replicas hold it, too"},
    {"filtered", "filtered", "filtered: never sent to a read-only controller"},
    {"urgent", "urgent", "urgent: announced at once"},
    {"retired", "retired", "retired: values stay and replicate, new ones are refused"}};

std::string link_words(const json& attribute) {
  const auto back = text(attribute, "back_link");
  if (!back.empty()) return "link, seen as " + back;
  const auto forward = text(attribute, "forward_link");
  return forward.empty() ? "" : "back link of " + forward;
}

std::string traits_of(const json& attribute) {
  std::string words = link_words(attribute);
  for (const Trait& trait : kTraits) {
    if (!attribute.at(trait.field).get<bool>()) continue;
    words += (words.empty() ? "" : ", ") + std::string(trait.word);
  }
  return words;
}

std::string description(const json& answer, const World& world) {
  const auto& attribute = answer.at("attribute");
  std::vector<std::string> lines{fmt::format(
      "{}, {}", text(attribute, "syntax"),
      attribute.at("single_valued").get<bool>() ? "one value" : "any number of values")};
  if (const auto links = link_words(attribute); !links.empty()) lines.push_back(links);
  for (const Trait& trait : kTraits) {
    if (attribute.at(trait.field).get<bool>()) lines.emplace_back(trait.meaning);
  }
  const auto objects = answer.at("objects").get<std::uint64_t>();
  lines.push_back(fmt::format("{} at {} {} values of it", counted(objects, "object"),
                              text(answer, "controller"), objects == 1 ? "has" : "have"));
  std::string told = world.style.paint(Paint::strong, text(attribute, "name")) + "\n";
  for (const std::string& line : lines)
    told += "  " + line + "\n";
  return told;
}

}  // namespace

Rendered schema_list_text(const json& answer, const World& world) {
  Rendered told;
  Table table({{"ATTRIBUTE", Align::left, 12}, {"SYNTAX"}, {"VALUES"}, {"MORE", Align::left, 12}});
  for (const auto& attribute : answer.at("attributes")) {
    const bool retired = attribute.at("retired").get<bool>();
    table.add({{text(attribute, "name"), retired ? Paint::faint : Paint::plain},
               text(attribute, "syntax"),
               attribute.at("single_valued").get<bool>() ? "one" : "many",
               traits_of(attribute)});
  }
  if (!table.empty()) told.text = table.to_string(world.style);
  told.aside =
      fmt::format("{} defined at {}; any other is text, with any number of values.\n",
                  counted(answer.at("attributes").size(), "attribute"), text(answer, "controller"));
  return told;
}

Rendered attribute_text(const json& answer, const World& world) {
  return {.text = description(answer, world), .aside = {}};
}

Rendered attribute_written_text(const json& answer, const World& world) {
  const bool written = answer.at("written").get<bool>();
  return {.text = description(answer, world),
          .aside = written ? fmt::format("Written at {}; all others follow.\n",
                                         text(answer, "controller"))
                           : "It is that already; nothing was written.\n"};
}

}  // namespace ringspan::cli
