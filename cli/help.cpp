#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

/// Lines longer than this are hard to read, however wide the terminal is.
constexpr std::size_t kReadable = 100;

std::size_t width_of(const Style& style) {
  return style.width == 0 ? kReadable : std::min(style.width, kReadable);
}

std::string heading(const Style& style, std::string_view words) {
  return "\n" + style.paint(Paint::strong, words) + "\n";
}

/// Two columns: terms, and what they mean.
class Terms {
 public:
  void add(std::string term, std::string meaning) {
    longest_ = std::max(longest_, columns(term));
    terms_.push_back({std::move(term), std::move(meaning)});
  }

  std::string to_string(const Style& style) const {
    const std::size_t column = longest_ + 4;
    std::string text;
    for (const auto& [term, meaning] : terms_) {
      text += "  " + term + std::string(column - 2 - columns(term), ' ') +
              wrapped(meaning, width_of(style), column) + "\n";
    }
    return text;
  }

 private:
  struct Term {
    std::string term;
    std::string meaning;
  };
  std::vector<Term> terms_;
  std::size_t longest_ = 0;
};

std::string term_of(const Parameter& option) {
  return option.is_flag() ? option.name : option.name + " " + option.value;
}

std::string meaning_of(const Parameter& parameter) {
  std::string meaning = parameter.help;
  if (!parameter.choices.empty()) {
    meaning += fmt::format(": {}", fmt::join(parameter.choices, ", "));
  }
  return meaning;
}

std::string endings_of(const Command& command, const Style& style) {
  Terms terms;
  for (const auto& ending : command.endings) {
    terms.add(fmt::format("{}", static_cast<int>(ending.code)), ending.meaning);
  }
  return heading(style, "Exit codes") + terms.to_string(style);
}

std::vector<std::string> groups_of(const std::vector<Command>& table) {
  std::vector<std::string> groups;
  for (const auto& command : table) {
    if (groups.empty() || groups.back() != command.group) groups.push_back(command.group);
  }
  return groups;
}

}  // namespace

std::string usage_of(const Command& command) {
  std::string usage = "ringspan " + command.name;
  for (const auto& argument : command.arguments) {
    const std::string shown = argument.name + (argument.repeated ? "..." : "");
    usage += argument.required ? " " + shown : " [" + shown + "]";
  }
  bool more = false;
  for (const auto& option : command.options) {
    if (option.required) {
      usage += " " + term_of(option);
    } else {
      more = true;
    }
  }
  return usage + (more ? " [OPTIONS]" : "");
}

std::string help_of(const Command& command, const Style& style) {
  std::string text = command.summary + ".\n\n" + style.paint(Paint::strong, "Usage") + "\n  " +
                     usage_of(command) + "\n";
  if (!command.description.empty()) {
    text += "\n" + wrapped(command.description, width_of(style), 0) + "\n";
  }
  if (!command.arguments.empty()) {
    Terms terms;
    for (const auto& argument : command.arguments)
      terms.add(argument.name, meaning_of(argument));
    text += heading(style, "Arguments") + terms.to_string(style);
  }
  Terms options;
  for (const auto& option : command.options)
    options.add(term_of(option), meaning_of(option));
  options.add("-h, --help", "Print this");
  text += heading(style, "Options") + options.to_string(style);
  text += heading(style, "Examples");
  for (const auto& example : command.examples) {
    text += "  " + example.line + "\n      " +
            style.paint(Paint::faint, wrapped(example.meaning, width_of(style), 6)) + "\n";
  }
  if (!command.endings.empty()) text += endings_of(command, style);
  return text;
}

std::string help_of_program(const std::vector<Command>& table, const Style& style) {
  std::string text =
      "Ringspan plans, runs and shows the replication of a directory over many sites.\n\n" +
      style.paint(Paint::strong, "Usage") + "\n  ringspan COMMAND [ARGUMENTS] [OPTIONS]\n";
  std::size_t longest = 0;
  for (const auto& command : table)
    longest = std::max(longest, command.name.size());
  for (const auto& group : groups_of(table)) {
    text += heading(style, group);
    for (const auto& command : table) {
      if (command.group != group) continue;
      text += fmt::format("  {:<{}}  {}\n", command.name, longest, command.summary);
    }
  }
  Terms codes;
  codes.add("0", "Well");
  codes.add("1",
            "Not well: refused, not found, behind, a scenario that failed, a file with faults");
  codes.add("2", "status, sync, compare: a connection fails, a controller is silent, two diverge");
  codes.add("3", "Could not ask: no controller answered");
  codes.add("64", "The command line itself is wrong");
  codes.add("130", "Ctrl-C ended a sync through the forest, compare or changes");
  text += heading(style, "Exit codes") + codes.to_string(style);
  text += heading(style, "Environment");
  Terms names;
  names.add("RINGSPAN_STATE", "The state folder, where --state does not say (otherwise ./state)");
  names.add("NO_COLOR", "No colours, even on a terminal");
  text += names.to_string(style);
  return text + "\nringspan COMMAND --help explains one, with examples.\n";
}

}  // namespace ringspan::cli
