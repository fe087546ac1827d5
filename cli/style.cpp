#include "cli/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace ringspan::cli {
namespace {

std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::plain:
      return "";
    case Paint::good:
      return "32";
    case Paint::warning:
      return "33";
    case Paint::bad:
      return "31";
    case Paint::faint:
      return "2";
    case Paint::strong:
      return "1";
  }
  return "";
}

struct Character {
  char32_t point = 0;
  std::size_t bytes = 1;
};

/// The UTF-8 character that begins at `at`; a stray byte is a character of its own.
Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (bytes == 1 || at + bytes > text.size()) return {first, 1};
  char32_t point = first & (0xFFU >> (bytes + 1));
  for (std::size_t next = 1; next < bytes; ++next) {
    point = (point << 6U) | (static_cast<unsigned char>(text[at + next]) & 0x3FU);
  }
  return {point, bytes};
}

/// Terminals give East Asian characters two columns and combining marks none. Good enough to align
/// names; nothing else depends on it.
std::size_t columns_of(char32_t point) {
  struct Range {
    char32_t first;
    char32_t last;
  };
  static constexpr Range none[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};
  static constexpr Range two[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                  {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                  {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  const auto holds = [&](const Range& range) {
    return point >= range.first && point <= range.last;
  };
  if (std::any_of(std::begin(none), std::end(none), holds)) return 0;
  return std::any_of(std::begin(two), std::end(two), holds) ? 2 : 1;
}

bool is_safe_in_shell(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte >= 0x80 || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view("=,.:/@%+-_").find(letter) != std::string_view::npos;
}

}  // namespace

std::string Style::paint(Paint paint, std::string_view text) const {
  if (!colour || paint == Paint::plain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(paint), text);
}

std::string printable(std::string_view text) {
  std::string seen;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    // U+0080 to U+009F are control characters too: C2 80 to C2 9F.
    const bool second_set = byte == 0xC2 && at + 1 < text.size() &&
                            static_cast<unsigned char>(text[at + 1]) >= 0x80 &&
                            static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (byte == '\n') {
      seen += "\\n";
    } else if (byte == '\t') {
      seen += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      seen += fmt::format("\\x{:02x}", byte);
    } else if (second_set) {
      seen += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++at]));
    } else {
      seen += text[at];
    }
  }
  return seen;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\x1b') {  // a colour, up to its "m"
      at = std::min(text.find('m', at), text.size() - 1) + 1;
      continue;
    }
    const auto character = character_at(text, at);
    count += columns_of(character.point);
    at += character.bytes;
  }
  return count;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  std::size_t count = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto character = character_at(text, at);
    if (count + columns_of(character.point) + 1 > width) break;
    count += columns_of(character.point);
    at += character.bytes;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return counted(bytes, "byte");
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} KB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / (1024 * 1024));
}

std::string shell_word(std::string_view word) {
  bool safe = !word.empty();
  for (const char letter : word)
    safe = safe && is_safe_in_shell(letter);
  if (safe) return std::string(word);
  std::string quoted = "'";
  for (const char letter : word) {
    if (letter == '\'') {
      quoted += "'\\''";
    } else {
      quoted += letter;
    }
  }
  return quoted + "'";
}

}  // namespace ringspan::cli
