#include "cli/text_apply.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/relative_time.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostLines = 10;  // of one list

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

/// "10", "10 -> 12"; "-" for a side that is not there.
std::string before_after(const json& before, const json& after, const char* field) {
  const auto number = [field](const json& side) {
    return side.is_null() ? std::string("-")
                          : fmt::format("{}", side.at(field).get<std::uint64_t>());
  };
  const std::string was = number(before);
  const std::string is = number(after);
  return was == is ? is : fmt::format("{} -> {}", was, is);
}

std::string plan_table(const json& answer, const Style& style) {
  Table table({{""},
               {"CONNECTIONS", Align::right},
               {"STANDBY", Align::right},
               {"WORST HOPS", Align::right},
               {"COST", Align::right},
               {"REPLICAS", Align::right}});
  const auto& before = answer.at("before");
  const auto& after = answer.at("after");
  table.add({{"all"},
             {before_after(before, after, "connections")},
             {before_after(before, after, "standby")},
             {before_after(before, after, "worst_hops")},
             {"-"},
             {before_after(before, after, "controllers")}});
  for (const auto& context : answer.at("naming_contexts")) {
    const auto& was = context.at("before");
    const auto& is = context.at("after");
    table.add({{text(context, "dn")},
               {before_after(was, is, "connections")},
               {before_after(was, is, "standby")},
               {before_after(was, is, "worst_hops")},
               {before_after(was, is, "cost")},
               {before_after(was, is, "replicas")}});
  }
  return table.to_string(style);
}

/// At most kMostLines of them, and how many more there are.
std::string some(const std::vector<std::string>& lines) {
  std::string shown;
  for (std::size_t at = 0; at < std::min(lines.size(), kMostLines); ++at)
    shown += "  " + lines[at] + "\n";
  if (lines.size() > kMostLines) {
    shown += fmt::format("  and {} more; --json has them all\n", lines.size() - kMostLines);
  }
  return shown;
}

std::string pull(const json& connection) {
  return fmt::format("{} <- {}{}", text(connection, "destination"), text(connection, "source"),
                     connection.at("standby").get<bool>() ? ", standby" : "");
}

std::string way(const json& connection) {
  std::vector<std::string> links;
  for (const auto& link : connection.at("path"))
    links.push_back(printable(link.get<std::string>()));
  if (links.empty()) return "inside the site";
  return fmt::format("over {}, cost {}", fmt::join(links, " + "),
                     connection.at("cost").get<std::uint64_t>());
}

/// A list as "a + b", a list of lists as "a + b or c".
std::string value_text(const json& value) {
  if (!value.is_array()) {
    return printable(value.is_string() ? value.get<std::string>() : value.dump());
  }
  if (value.empty()) return "none";
  std::vector<std::string> words;
  for (const auto& word : value)
    words.push_back(value_text(word));
  return fmt::format("{}", fmt::join(words, value.front().is_array() ? " or " : " + "));
}

/// What of a connection differs, in the words of forest.json.
std::string changed_details(const json& before, const json& after) {
  std::vector<std::string> said;
  for (const auto& [name, was] : before.items()) {
    const auto& is = after.at(name);
    if (was == is) continue;
    said.push_back(fmt::format("{} {} -> {}", printable(name), value_text(was), value_text(is)));
  }
  return fmt::format("{}", fmt::join(said, "; "));
}

std::string connections_text(const json& connections) {
  const auto& added = connections.at("added");
  const auto& removed = connections.at("removed");
  const auto& changed = connections.at("changed");
  if (added.empty() && removed.empty() && changed.empty()) {
    return "No connection changes.\n";
  }
  std::vector<std::string> lines;
  for (const auto& one : added)
    lines.push_back(fmt::format("+ {}  {}", pull(one), way(one)));
  for (const auto& one : removed)
    lines.push_back(fmt::format("- {}  {}", pull(one), way(one)));
  for (const auto& one : changed) {
    lines.push_back(
        fmt::format("~ {}  {}", pull(one), changed_details(one.at("before"), one.at("after"))));
  }
  return fmt::format("Connections: {} added, {} removed, {} changed:\n{}", added.size(),
                     removed.size(), changed.size(), some(lines));
}

std::string cut_off_text(const json& cut_off, const Style& style) {
  if (cut_off.empty()) return "Nobody is cut off.\n";
  std::vector<std::string> lines;
  for (const auto& one : cut_off) {
    std::vector<std::string> lost;
    for (const auto& dn : one.at("naming_contexts"))
      lost.push_back(printable(dn.get<std::string>()));
    lines.push_back(
        fmt::format("{}: {}", text(one, "controller"),
                    one.at("reason") == "removed"
                        ? "removed from the definition, so a member no more"
                        : fmt::format("no longer reached for {}", fmt::join(lost, ", "))));
  }
  return style.paint(Paint::bad, counted(cut_off.size(), "member") + " cut off:") + "\n" +
         some(lines);
}

/// What goes with application contexts that go.
std::string removed_text(const json& answer, const Style& style) {
  std::string lines;
  for (const auto& one : answer.value("removed_contexts", json::array())) {
    const auto& objects = one.at("objects");
    const std::string what = objects.is_null()
                                 ? "All objects"
                                 : "The " + counted(objects.get<std::uint64_t>(), "object");
    lines += style.paint(Paint::bad, fmt::format("{} of {} go for good, at every replica.", what,
                                                 text(one, "dn"))) +
             "\n";
  }
  return lines;
}

std::string not_joined_text(const json& names) {
  if (names.empty()) return {};
  std::vector<std::string> words;
  for (const auto& name : names)
    words.push_back(printable(name.get<std::string>()));
  const std::size_t shown = std::min(words.size(), kMostLines);
  const bool more = words.size() > shown;
  const std::string rest = more ? fmt::format(" and {} more", words.size() - shown) : "";
  words.resize(shown);
  return fmt::format("Not in the plan until they join (ringspan invite NAME): {}{}\n",
                     fmt::join(words, ", "), rest);
}

}  // namespace

std::string difference_text(const json& answer, const World& world) {
  std::vector<std::string> changes;
  for (const auto& change : answer.at("changes"))
    changes.push_back(printable(change.get<std::string>()));
  return fmt::format(
      "{}\n{}{}\n{}\n{}\n{}{}",
      world.style.paint(Paint::strong,
                        fmt::format("The definition of {} changes:", text(answer, "forest"))),
      some(changes), removed_text(answer, world.style), plan_table(answer, world.style),
      connections_text(answer.at("connections")), cut_off_text(answer.at("cut_off"), world.style),
      not_joined_text(answer.at("not_joined")));
}

std::string written_definition_text(const json& answer) {
  if (!answer.at("written").get<bool>()) {
    return fmt::format("Nothing to change: {} is defined so already.\n", text(answer, "forest"));
  }
  const bool removes = !answer.value("removed_contexts", json::array()).empty();
  return fmt::format(
      "Written at {} as {}; every controller follows as it hears of it. Back again{}: "
      "ringspan apply --undo\n",
      text(answer, "controller"), text(answer, "hash").substr(0, 8),
      removes ? ", with an empty naming context" : "");
}

Rendered history_text(const json& answer, const World& world) {
  Table table({{"DEFINITION"}, {"WHEN"}, {"WHO"}, {"SUMMARY", Align::left, 20}});
  bool known = false;
  for (const auto& one : answer.at("definitions")) {
    const bool in_force = one.at("in_force").get<bool>();
    known = known || in_force;
    const auto who = text(one, "who");
    table.add({{text(one, "hash").substr(0, 8), in_force ? Paint::strong : Paint::plain},
               {relative(one.at("when"), world.now())},
               {who.empty() ? "-" : who},
               {text(one, "summary")}});
  }
  Rendered rendered{table.empty() ? "" : table.to_string(world.style), "", ExitCode::well};
  if (!known) {
    rendered.aside = fmt::format(
        "What is in force, {}, is none of these: definitions were applied past each other, or "
        "objects were written one by one. The next apply notes it here.\n",
        text(answer, "hash").substr(0, 8));
  }
  return rendered;
}

}  // namespace ringspan::cli
