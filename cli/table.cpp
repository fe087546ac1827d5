#include "cli/table.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::cli {
namespace {

constexpr std::size_t kGap = 2;

std::string padded(const Style& style, const Cell& cell, std::size_t width, Align align,
                   bool last) {
  const std::string text = shortened(cell.text, width);
  const std::string blanks(width - columns(text), ' ');
  const std::string painted = style.paint(cell.paint, text);
  if (align == Align::right) return blanks + painted;
  return last ? painted : painted + blanks;
}

}  // namespace

void Table::add(std::vector<Cell> cells) {
  EXPECTS(cells.size() == columns_.size());
  rows_.push_back({std::move(cells), {}});
}

void Table::note(std::string text, Paint paint) {
  EXPECTS(!rows_.empty());
  rows_.back().notes.push_back({std::move(text), paint});
}

/// What every column wants; then, while it is too much, the widest that may shrink gives one.
std::vector<std::size_t> Table::widths(const Style& style) const {
  std::vector<std::size_t> width;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    std::size_t wanted = columns(columns_[at].heading);
    for (const auto& row : rows_)
      wanted = std::max(wanted, columns(row.cells[at].text));
    width.push_back(wanted);
  }
  if (style.width == 0) return width;
  const auto total = [&] {
    return std::accumulate(width.begin(), width.end(), kGap * (width.size() - 1));
  };
  while (total() > style.width) {
    std::size_t widest = width.size();
    for (std::size_t at = 0; at < width.size(); ++at) {
      if (columns_[at].least == 0 || width[at] <= columns_[at].least) continue;
      if (widest == width.size() || width[at] > width[widest]) widest = at;
    }
    if (widest == width.size()) break;
    --width[widest];
  }
  return width;
}

std::string Table::to_string(const Style& style) const {
  const auto width = widths(style);
  std::string text;
  const auto write = [&](const std::vector<Cell>& cells) {
    std::string line;
    for (std::size_t at = 0; at < cells.size(); ++at) {
      if (at > 0) line += std::string(kGap, ' ');
      line += padded(style, cells[at], width[at], columns_[at].align, at + 1 == cells.size());
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  std::vector<Cell> headings;
  for (const auto& column : columns_)
    headings.emplace_back(column.heading, Paint::strong);
  write(headings);
  for (const auto& row : rows_) {
    write(row.cells);
    for (const auto& note : row.notes) {
      text += "  " + style.paint(note.paint, wrapped(note.text, style.width, 2)) + "\n";
    }
  }
  return text;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  if (width == 0) return std::string(text);
  std::string lines;
  std::size_t used = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    const bool first = lines.empty();
    if (!first && used + 1 + columns(word) > width) {
      lines += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!first) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += columns(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace ringspan::cli
