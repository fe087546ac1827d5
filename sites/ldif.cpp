#include "sites/ldif.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "sites/base64.hpp"

namespace ringspan::sites {
namespace {

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::string_view without_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The text's lines, folded ones joined.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  struct Line {
    std::size_t number = 0;
    std::string text;
  };

  std::optional<Line> next() {
    if (at_ >= text_.size()) return std::nullopt;
    Line line{++number_, std::string(take())};
    while (!line.text.empty() && at_ < text_.size() && text_[at_] == ' ') {
      ++number_;
      line.text += take().substr(1);
    }
    return line;
  }

 private:
  /// One line as it stands, without its end.
  std::string_view take() {
    const auto end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, end - at_);
    at_ = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

/// Gathers lines into records. Invariant: `record_` is what has been read since the last blank
/// line.
class RecordReader {
 public:
  RecordReader(const std::function<bool(LdifRecord)>& take, Notes& faults, Notes& findings)
      : take_(take), faults_(faults), findings_(findings) {}

  void add(const Lines::Line& line);
  /// False: no more is wanted.
  bool end_record();

 private:
  std::optional<std::string> value_of(const LdifValue& value, std::string_view rest);
  void note_options(const LdifValue& value, std::string_view options);
  bool is_entry();

  const std::function<bool(LdifRecord)>& take_;
  Notes& faults_;
  Notes& findings_;
  LdifRecord record_;
  bool named_ = false;   ///< Its dn: has come; a name may be empty (the root).
  bool broken_ = false;  ///< Something in it could not be read, and that has been said.
};

void RecordReader::add(const Lines::Line& line) {
  if (line.text == "-") return;  // ends a part of a change; the whole change is left out below
  const auto colon = line.text.find(':');
  if (colon == std::string::npos || colon == 0) {
    if (!broken_) {
      faults_.add(line.number, line.text, "the line has no attribute and colon",
                  "is this LDIF? export it again, or begin the line with # or, if it goes on with "
                  "the line before, with a space");
    }
    broken_ = true;
    return;
  }
  const std::string_view name = std::string_view(line.text).substr(0, colon);
  const auto semicolon = name.find(';');
  LdifValue value{lower(name.substr(0, semicolon)), {}, line.number};
  if (semicolon != std::string_view::npos) note_options(value, name.substr(semicolon));
  auto read = value_of(value, std::string_view(line.text).substr(colon + 1));
  if (!read) {
    broken_ = true;
    return;
  }
  value.value = *std::move(read);
  if (record_.values.empty() && !named_) {
    if (value.attribute == "version") return;
    record_.line = line.number;
    if (value.attribute == "dn") {
      record_.dn = std::move(value.value);
      named_ = true;
      return;
    }
  }
  record_.values.push_back(std::move(value));
}

std::optional<std::string> RecordReader::value_of(const LdifValue& value, std::string_view rest) {
  if (rest.starts_with('<')) {
    faults_.add(value.line, value.attribute, "the value stands in another file",
                "export it so that values stand in the LDIF itself");
    return std::nullopt;
  }
  if (!rest.starts_with(':')) return std::string(rest.substr(rest.starts_with(' ') ? 1 : 0));
  auto bytes = from_base64(without_spaces(rest.substr(1)));
  if (!bytes) {
    faults_.add(value.line, value.attribute, "the value after :: is no base64",
                "the file is damaged or cut off; export it again");
  }
  return bytes;
}

void RecordReader::note_options(const LdifValue& value, std::string_view options) {
  if (options.find("range=") == std::string_view::npos) return;
  findings_.add(
      value.line, record_.dn,
      fmt::format("the server has cut the list {} into pieces", shortened(value.attribute)),
      "export with a tool that asks for the rest, such as ldifde or ldbsearch");
}

/// False for a change and for what search tools print around the entries.
bool RecordReader::is_entry() {
  constexpr std::array<std::string_view, 3> kAround{"search", "result", "ref"};
  if (!named_) {
    const LdifValue& first = record_.values.front();
    if (std::ranges::find(kAround, first.attribute) == kAround.end()) {
      faults_.add(first.line, first.attribute, "an entry begins without dn:",
                  "a line is missing before it, or a blank line stands inside an entry");
    }
    return false;
  }
  const auto change = std::ranges::find(record_.values, "changetype", &LdifValue::attribute);
  if (change == record_.values.end() || lower(change->value) == "add") return true;
  findings_.add(change->line, record_.dn,
                fmt::format("a change ({}) is no entry; left out", shortened(change->value)),
                "export the directory itself");
  return false;
}

bool RecordReader::end_record() {
  const bool empty = !named_ && record_.values.empty();
  const bool goes_on = empty || broken_ || !is_entry() || take_(std::move(record_));
  record_ = {};
  named_ = false;
  broken_ = false;
  return goes_on;
}

}  // namespace

bool read_ldif(std::string_view text, const std::function<bool(LdifRecord)>& take, Notes& faults,
               Notes& findings) {
  Lines lines(text);
  RecordReader reader(take, faults, findings);
  std::size_t last = 1;
  while (const auto line = lines.next()) {
    last = line->number;
    if (line->text.empty()) {
      if (!reader.end_record()) return false;
    } else if (!line->text.starts_with('#')) {
      reader.add(*line);
    }
  }
  if (!reader.end_record()) return false;
  if (!text.empty() && text.back() != '\n') {
    findings.add(last, "the end", "the file ends without a line end and may have been cut off",
                 "compare its size with the original");
  }
  return true;
}

}  // namespace ringspan::sites
