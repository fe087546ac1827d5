#include "replicator/simulator/script.hpp"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kGoldenMark = "----";
constexpr std::uint64_t kMostExpanded = 100'000;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Line {
  std::vector<std::string> words;
  std::string_view text;  // without comment and the blanks before it
};

// A double quote starts and ends a stretch in which blanks and '#' are plain.
Result<Line> read_line(std::string_view line, std::size_t number) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  bool quoted = false;
  std::size_t end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"') {
      quoted = !quoted;
      in_word = true;
    } else if (!quoted && c == '#' && !in_word) {
      break;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (in_word) words.push_back(word);
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
    if (in_word) end = at + 1;
  }
  if (quoted) return fail(Errc::invalid, fmt::format("line {}: a quote is not closed", number));
  if (in_word) words.push_back(word);
  return Line{std::move(words), line.substr(0, end)};
}

}  // namespace

Result<std::vector<Statement>> read_script(std::string_view text) {
  std::vector<Statement> statements;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] == kGoldenMark) {
      if (statements.empty() || statements.back().golden) {
        return fail(Errc::invalid, fmt::format("line {}: ---- follows no statement", i + 1));
      }
      std::string golden;
      while (++i < lines.size() && !lines[i].empty())
        golden += std::string(lines[i]) + "\n";
      statements.back().golden = golden;
      continue;
    }
    auto line = read_line(lines[i], i + 1);
    if (!line) return fail(line.error());
    if (line->words.empty()) continue;
    statements.push_back({.line = i + 1,
                          .text = std::string(line->text),
                          .words = std::move(line->words),
                          .golden = std::nullopt});
  }
  return statements;
}

std::string rewrite_script(std::string_view text, const std::vector<std::string>& printed) {
  std::string written;
  std::size_t next = 0;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    written += std::string(lines[i]) + "\n";
    if (lines[i] != kGoldenMark || next == printed.size()) continue;
    written += printed[next++];
    while (i + 1 < lines.size() && !lines[i + 1].empty())
      ++i;
  }
  return written;
}

Result<std::vector<std::string>> expand_braces(std::string_view text) {
  const std::size_t open = text.find('{');
  if (open == std::string_view::npos) return std::vector<std::string>{std::string(text)};
  const std::size_t close = text.find('}', open);
  const std::size_t dots = text.find("..", open);
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const auto number = [&](std::size_t from, std::size_t to, std::uint64_t& value) {
    const auto [stop, code] = std::from_chars(text.data() + from, text.data() + to, value);
    return code == std::errc{} && stop == text.data() + to && from < to;
  };
  if (close == std::string_view::npos || dots == std::string_view::npos || dots > close ||
      !number(open + 1, dots, first) || !number(dots + 2, close, last) || first > last ||
      last - first >= kMostExpanded) {
    return fail(Errc::invalid, fmt::format("'{}': a range is written {{1..500}}", text));
  }
  std::vector<std::string> expanded;
  for (std::uint64_t i = first; i <= last; ++i) {
    expanded.push_back(fmt::format("{}{}{}", text.substr(0, open), i, text.substr(close + 1)));
  }
  return expanded;
}

}  // namespace ringspan::replicator::simulator
