#include "cli/assignments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/fold.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {

tl::expected<std::vector<Assigned>, std::vector<std::string>> read_assignments(
    const std::vector<std::string>& words) {
  std::vector<Assigned> assigned;
  std::vector<std::string> faults;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
      faults.push_back(fmt::format("{}: no value; write {}=VALUE", word, word));
      continue;
    }
    if (equals == 0) {
      faults.push_back(fmt::format("{}: no attribute; write ATTRIBUTE{}", word, word));
      continue;
    }
    const auto attribute = word.substr(0, equals);
    const auto same = std::find_if(assigned.begin(), assigned.end(), [&](const Assigned& other) {
      return base::fold_name(other.attribute) == base::fold_name(attribute);
    });
    const auto into = same == assigned.end() ? assigned.insert(same, {attribute, {}}) : same;
    into->values.push_back(word.substr(equals + 1));
  }
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return assigned;
}

std::string command_line(std::string_view command, std::string_view dn,
                         const std::vector<Assigned>& assigned) {
  std::string line = fmt::format("ringspan {} {}", command, shell_word(dn));
  for (const auto& [attribute, values] : assigned) {
    for (const auto& value : values) {
      // The quotes stand where a person would put them: round the value.
      const std::string word = shell_word(attribute) == attribute
                                   ? attribute + "=" + (value.empty() ? "" : shell_word(value))
                                   : shell_word(attribute + "=" + value);
      line += " " + word;
    }
  }
  return line;
}

}  // namespace ringspan::cli
