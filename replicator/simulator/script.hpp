#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ringspan::replicator::simulator {

/// One line of a scenario, cut into words; "title="Head of A"" is one word without its quotes.
struct Statement {
  std::size_t line = 0;
  std::string text;  ///< As written, without comment.
  std::vector<std::string> words;
  std::optional<std::string> golden;  ///< What it must print, where the file says so.
};

/// Reads a scenario. Golden output stands below a statement between a line "----" and an empty one.
/// The error names the line.
base::Result<std::vector<Statement>> read_script(std::string_view text);

/// Writes the script's text anew with `printed[i]` as golden output of the i-th statement that has
/// any.
std::string rewrite_script(std::string_view text, const std::vector<std::string>& printed);

/// "cn=u{1..3},ou=people" stands for three texts, any other for itself.
base::Result<std::vector<std::string>> expand_braces(std::string_view text);

}  // namespace ringspan::replicator::simulator
