#include "cli/command.hpp"

#include <charconv>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::cli {

std::string Arguments::text(std::string_view name, std::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(otherwise) : found->second.back();
}

std::vector<std::string> Arguments::texts(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::uint64_t Arguments::number(std::string_view name, std::uint64_t otherwise) const {
  if (!has(name)) return otherwise;
  const std::string given = text(name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
  // parse() has refused anything else.
  EXPECTS(error == std::errc() && end == given.data() + given.size());
  return number;
}

void Arguments::add(std::string_view name, std::string value) {
  values_[std::string(name)].push_back(std::move(value));
}

std::string Arguments::to_string() const {
  std::string text;
  for (const auto& [name, values] : values_) {
    for (const auto& value : values) {
      if (!text.empty()) text += ' ';
      text += name;
      if (!value.empty()) text += "<" + value + ">";
    }
  }
  return text;
}

Parameter json_option() {
  return {.name = "--json", .value = "", .help = "Print the answer as JSON"};
}

Parameter object_argument() {
  return {.name = "DN",
          .value = "",
          .help = "The object, by its DN (cn=alice,ou=people is below the home domain) or its GUID",
          .required = true};
}

std::vector<Parameter> asking(std::vector<Parameter> options) {
  options.push_back({.name = "--at",
                     .value = "NAME",
                     .help = "The controller that is asked; without it the first that answers",
                     .completes = Completes::controller});
  options.push_back({.name = "--data",
                     .value = "DIR",
                     .help = "Ask through the controller whose folder this is",
                     .completes = Completes::folder});
  options.push_back({.name = "--state",
                     .value = "DIR",
                     .help = "The folder that holds a folder for each controller; otherwise "
                             "$RINGSPAN_STATE, otherwise ./state",
                     .completes = Completes::folder});
  options.push_back({.name = "--server",
                     .value = "HOST:PORT",
                     .help = "Ask the controller that serves there; takes a token. With one, "
                             "and without --data, otherwise $RINGSPAN_SERVER"});
  options.push_back({.name = "--token-file",
                     .value = "FILE",
                     .help = "Ask as the person whose token this is, - is standard input; "
                             "otherwise $RINGSPAN_TOKEN",
                     .completes = Completes::file});
  options.push_back({.name = "--timeout",
                     .value = "TIME",
                     .help = "How long to wait for the answer, such as 500ms, 30s or 15m",
                     .form = Form::duration});
  options.push_back(json_option());
  return options;
}

}  // namespace ringspan::cli
