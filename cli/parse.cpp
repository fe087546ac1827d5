#include "cli/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/time.hpp"
#include "sites/nearest.hpp"

namespace ringspan::cli {
namespace {

const Command* find_command(const std::string& name, const std::vector<Command>& table) {
  for (const auto& command : table) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::string no_such_command(const std::string& word, const std::vector<Command>& table) {
  std::vector<std::string> names;
  for (const auto& command : table)
    names.push_back(command.name);
  const auto meant = sites::nearest(word, names);
  return fmt::format("{}: no such command; {}", word,
                     meant ? "did you mean " + *meant + "?" : "ringspan --help lists them");
}

/// A word that no parameter of the command took.
std::string left_over(const std::string& word, const Command& command) {
  if (!word.starts_with("-")) {
    return fmt::format("{}: one argument too many; see ringspan {} --help", word, command.name);
  }
  const std::string option = word.substr(0, word.find('='));
  std::vector<std::string> names{"--help"};
  for (const auto& known : command.options)
    names.push_back(known.name);
  const auto meant = sites::nearest(option, names);
  return fmt::format(
      "{}: no such option of {}; {}", option, command.name,
      meant ? "did you mean " + *meant + "?" : "see ringspan " + command.name + " --help");
}

/// How a parameter is written: "--limit N", "DN".
std::string shown(const Parameter& parameter) {
  return parameter.value.empty() ? parameter.name : parameter.name + " " + parameter.value;
}

/// A sentence as part of another.
std::string lower_first(std::string words) {
  const bool abbreviation = words.size() > 1 && words[1] >= 'A' && words[1] <= 'Z';
  if (!abbreviation && words[0] >= 'A' && words[0] <= 'Z') {
    words[0] = static_cast<char>(words[0] - 'A' + 'a');
  }
  return words;
}

bool is_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// What is wrong with one value; empty: nothing.
std::string fault_of_value(const Parameter& parameter, const std::string& value) {
  if (value.empty()) {
    return fmt::format("{}: no value; write {}", parameter.name, shown(parameter));
  }
  if (parameter.form == Form::number && !is_number(value)) {
    return fmt::format("{}: {} is no number; write one such as 100", parameter.name, value);
  }
  if (parameter.form == Form::duration && !base::parse_duration(value)) {
    return fmt::format("{}: {} is no duration; write one such as 500ms, 30s or 15m", parameter.name,
                       value);
  }
  const auto& choices = parameter.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    const auto meant = sites::nearest(value, choices);
    return fmt::format("{}: {} is none of {}{}", parameter.name, value, fmt::join(choices, ", "),
                       meant ? "; did you mean " + *meant + "?" : "; choose one of these");
  }
  return {};
}

/// One command's parameters as CLI11 knows them, beside their declarations.
class Line {
 public:
  explicit Line(const Command& command) : command_(command) {
    app_.set_help_flag();
    app_.allow_extras();
    help_ = app_.add_flag("-h,--help");
    for (const auto& argument : command.arguments) {
      auto* option = app_.add_option(argument.name);
      option->expected(argument.repeated ? -1 : 1)->take_all();
      parameters_.emplace_back(&argument, option);
    }
    for (const auto& declared : command.options) {
      parameters_.emplace_back(&declared, declared.is_flag() ? flag(declared) : valued(declared));
    }
  }

  Parsed read(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return Mistake{&command_, {fmt::format("{}: {}", command_.name, error.what())}};
    }
    if (help_->count() > 0) return HelpWanted{&command_};
    return values();
  }

 private:
  CLI::Option* flag(const Parameter& declared) {
    return app_.add_flag(declared.name)->disable_flag_override();
  }

  /// A missing value is not CLI11's fault to report: it comes out empty and is noted with the rest.
  CLI::Option* valued(const Parameter& declared) {
    const int values = static_cast<int>(declared.values);
    return app_.add_option(declared.name)->expected(0, values)->take_all()->allow_extra_args(false);
  }

  Parsed values() const {
    Invocation meant{&command_, {}};
    std::vector<std::string> faults;
    for (const auto& word : app_.remaining())
      faults.push_back(left_over(word, command_));
    for (const auto& [declared, option] : parameters_) {
      if (option->count() == 0) {
        if (declared->required) {
          faults.push_back(fmt::format("{}: missing; write {} ({})", declared->name,
                                       shown(*declared), lower_first(declared->help)));
        }
        continue;
      }
      if (declared->is_flag()) {
        meant.given.add(declared->name, "");
        continue;
      }
      if (declared->values > 1 && option->results().size() != declared->values) {
        faults.push_back(fmt::format("{}: takes {} values; write {}", declared->name,
                                     declared->values, shown(*declared)));
      } else if (!declared->repeated && option->results().size() > declared->values) {
        faults.push_back(fmt::format("{}: given twice; give it once", declared->name));
      }
      for (const auto& value : option->results()) {
        const auto fault = fault_of_value(*declared, value);
        if (!fault.empty()) faults.push_back(fault);
        meant.given.add(declared->name, value);
      }
    }
    if (!faults.empty()) return Mistake{&command_, std::move(faults)};
    return meant;
  }

  const Command& command_;
  CLI::App app_;
  CLI::Option* help_ = nullptr;
  std::vector<std::pair<const Parameter*, CLI::Option*>> parameters_;
};

}  // namespace

Parsed parse(std::vector<std::string> words, const std::vector<Command>& table) {
  if (words.empty()) return Mistake{nullptr, {"no command; ringspan --help lists them"}};
  std::string first = words.front();
  words.erase(words.begin());
  if (first == "--version") first = "version";
  if (first == "help" || first == "--help" || first == "-h") {
    if (words.empty() || words.front().starts_with("-")) return HelpWanted{};
    first = words.front();
    words = {"--help"};
  }
  if (const auto* command = find_command(first, table)) return Line(*command).read(words);
  if (first.starts_with("-")) {
    return Mistake{nullptr, {first + ": no command before it; write ringspan COMMAND OPTIONS"}};
  }
  return Mistake{nullptr, {no_such_command(first, table)}};
}

}  // namespace ringspan::cli
