#pragma once

// Table: rows under headings, aligned, no wider than the terminal.
//
//     Table table({{"NAME"}, {"BEHIND", Align::right}, {"NAMING CONTEXT", Align::left, 12}});
//     table.add({"nuuk-1", "3", "dc=corp,dc=example"});
//     table.note("connection refused");          // a line of its own below that row
//     out << table.to_string(style);

#include <cstddef>
#include <string>
#include <vector>

#include "cli/style.hpp"

namespace ringspan::cli {

enum class Align { left, right };

struct Column {
  std::string heading;
  Align align = Align::left;
  std::size_t least = 0;  ///< It may be shortened down to this many columns; 0: never.
};

struct Cell {
  std::string text;  ///< Without control characters or colours.
  Paint paint = Paint::plain;

  Cell(std::string words, Paint colour = Paint::plain) : text(std::move(words)), paint(colour) {}
  Cell(const char* words) : text(words) {}
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column.
  void add(std::vector<Cell> cells);

  /// A line below the last row, indented, wrapped to the width.
  void note(std::string text, Paint paint = Paint::plain);

  bool empty() const { return rows_.empty(); }

  std::string to_string(const Style& style) const;

 private:
  struct Note {
    std::string text;
    Paint paint = Paint::plain;
  };
  struct Row {
    std::vector<Cell> cells;
    std::vector<Note> notes;
  };

  std::vector<std::size_t> widths(const Style& style) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

/// `text` broken at blanks into lines of at most `width` columns (0: no limit), each after the
/// first begun with `indent` blanks.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace ringspan::cli
