#include "cli/text_context.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/style.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

/// "nuuk-1, oslo-1", "nuuk-1, nuuk-2, oslo-1 and 3 more".
std::string names_text(const json& names) {
  constexpr std::size_t kMostNames = 3;
  std::vector<std::string> words;
  for (const auto& name : names)
    words.push_back(printable(name.get<std::string>()));
  const bool more = words.size() > kMostNames + 1;
  const std::size_t rest = more ? words.size() - kMostNames : 0;
  if (more) words.resize(kMostNames);
  const std::string all = fmt::format("{}", fmt::join(words, ", "));
  if (all.empty()) return "nobody";
  return more ? fmt::format("{} and {} more", all, rest) : all;
}

/// "lima-1, lima-2 (not joined)"
std::string controllers_text(const json& controllers) {
  std::vector<std::string> words;
  for (const auto& one : controllers) {
    words.push_back(text(one, "name") + (one.at("joined").get<bool>() ? "" : " (not joined)"));
  }
  return words.empty() ? "nobody" : fmt::format("{}", fmt::join(words, ", "));
}

/// "oslo-1", or each with its role where they are several.
std::string owners_text(const json& roles) {
  std::vector<std::string> words;
  bool one_has_all = true;
  for (const auto& [role, owner] : roles.items()) {
    one_has_all = one_has_all && owner == roles.front();
    words.push_back(fmt::format("{} {}", role, printable(owner.get<std::string>())));
  }
  if (one_has_all && !words.empty()) return printable(roles.front().get<std::string>());
  return fmt::format("{}", fmt::join(words, ", "));
}

Paint paint_of(const std::string& state) {
  if (state == "here") return Paint::good;
  return state == "elsewhere" ? Paint::plain : Paint::warning;
}

}  // namespace

Rendered naming_contexts_text(const json& answer, const World& world) {
  Table table({{"NAMING CONTEXT", Align::left, 16},
               {"KIND"},
               {"REPLICAS", Align::left, 12},
               {"OBJECTS", Align::right},
               {fmt::format("AT {}", text(answer, "controller"))}});
  for (const auto& one : answer.at("naming_contexts")) {
    const auto& objects = one.at("objects");
    const std::string state = text(one, "state");
    table.add({text(one, "dn"),
               text(one, "kind"),
               names_text(one.at("replicas")),
               objects.is_null() ? "-" : fmt::format("{}", objects.get<std::uint64_t>()),
               {state, paint_of(state)}});
  }
  return {.text = table.to_string(world.style), .aside = {}};
}

Rendered domains_text(const json& answer, const World& world) {
  Table table({{"DOMAIN", Align::left, 16},
               {"CONTROLLERS", Align::left, 12},
               {"ROLES", Align::left, 12},
               {fmt::format("AT {}", text(answer, "controller"))}});
  for (const auto& one : answer.at("domains")) {
    const std::string state = text(one, "state");
    table.add({text(one, "dn"),
               controllers_text(one.at("controllers")),
               owners_text(one.at("roles")),
               {state, paint_of(state)}});
  }
  return {.text = table.to_string(world.style), .aside = {}};
}

}  // namespace ringspan::cli
