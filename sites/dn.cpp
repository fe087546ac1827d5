#include "sites/dn.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/core.h>

#include "base/fold.hpp"

namespace ringspan::sites {
namespace {

constexpr std::size_t kLongestValue = 255;
constexpr std::string_view kSpecial = "\"+,;<>\\";  ///< RFC 4514 2.4: always escaped.
constexpr std::string_view kEscapable = " #=";      ///< May follow a backslash as well.

tl::unexpected<base::Error> refuse(std::string_view name, std::string_view reason,
                                   std::string_view remedy) {
  return base::fail(base::Errc::invalid, fmt::format("name \"{}\": {}; {}", name, reason, remedy));
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Where the RDN that begins `text` ends: at the first comma that no backslash precedes.
std::size_t end_of_rdn(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == ',') {
      return at;
    }
  }
  return text.size();
}

bool is_type(std::string_view type) {
  if (type.empty()) return false;
  const bool numeric = is_digit(type.front());
  return std::ranges::all_of(type,
                             [numeric](char c) {
                               return is_digit(c) ||
                                      (numeric ? c == '.' : is_letter(c) || c == '-');
                             }) &&
         (numeric || is_letter(type.front()));
}

/// The value with its escapes undone; spaces at the ends count only when escaped.
base::Result<std::string> unescape(std::string_view name, std::string_view raw) {
  std::string value;
  std::size_t solid = 0;  // the length up to which spaces are meant
  for (std::size_t at = 0; at < raw.size(); ++at) {
    const char c = raw[at];
    if (c != '\\') {
      if (kSpecial.find(c) != std::string_view::npos) {
        return refuse(name, fmt::format("the character {} stands alone", c),
                      "put a backslash before it");
      }
      value += c;
      if (c != ' ') solid = value.size();
      continue;
    }
    const char next = at + 1 < raw.size() ? raw[at + 1] : '\0';
    const int high = hex_digit(next);
    const int low = at + 2 < raw.size() ? hex_digit(raw[at + 2]) : -1;
    if (high >= 0 && low >= 0) {
      value += static_cast<char>(high * 16 + low);
      at += 2;
    } else if (next != '\0' && (kSpecial.find(next) != std::string_view::npos ||
                                kEscapable.find(next) != std::string_view::npos)) {
      value += next;
      at += 1;
    } else {
      return refuse(name,
                    "a backslash is followed by neither two hex digits nor a special character",
                    "write a backslash itself as \\\\");
    }
    solid = value.size();
  }
  value.resize(solid);
  return value;
}

std::string escape(std::string_view value) {
  std::string text;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    const bool at_end = at == 0 || at + 1 == value.size();
    if (is_control(c)) {
      text += fmt::format("\\{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
      continue;
    }
    if (kSpecial.find(c) != std::string_view::npos || (c == ' ' && at_end) ||
        (c == '#' && at == 0)) {
      text += '\\';
    }
    text += c;
  }
  return text;
}

}  // namespace

base::Result<Rdn> Rdn::parse(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return refuse(text, "there is no type", "write it like cn=Alice");
  }
  const std::string_view type = trim(text.substr(0, equals));
  if (!is_type(type)) {
    return refuse(text, fmt::format("\"{}\" is not a type", type),
                  "use letters, digits and hyphens, as in cn, ou, dc");
  }
  const auto first = std::min(text.find_first_not_of(' ', equals + 1), text.size());
  const std::string_view raw = text.substr(first);
  if (raw.starts_with('#')) {
    return refuse(text, "values in BER form are not understood", "write the value as text");
  }
  auto value = unescape(text, raw);
  if (!value) return base::fail(value.error());
  if (value->empty()) return refuse(text, "the value is empty", "give it a value");
  if (value->size() > kLongestValue) {
    return refuse(text, fmt::format("the value is longer than {} bytes", kLongestValue),
                  "shorten it");
  }
  if (value->find('\0') != std::string::npos || !base::is_utf8(*value)) {
    return refuse(text, "the value holds NUL or is not UTF-8", "use UTF-8 text");
  }
  return Rdn{base::fold_name(type), std::move(*value)};
}

std::string Rdn::to_string() const {
  return type + "=" + escape(value);
}

std::string Rdn::key() const {
  return base::fold_name(value);
}

base::Result<Dn> Dn::parse(std::string_view text) {
  Dn dn;
  if (trim(text).empty()) return dn;
  while (true) {
    const std::size_t end = end_of_rdn(text);
    auto rdn = Rdn::parse(text.substr(0, end));
    if (!rdn) return base::fail(rdn.error());
    dn.rdns.push_back(std::move(*rdn));
    if (end == text.size()) return dn;
    text.remove_prefix(end + 1);
  }
}

std::string Dn::to_string() const {
  std::string text;
  for (const Rdn& rdn : rdns) {
    if (!text.empty()) text += ',';
    text += rdn.to_string();
  }
  return text;
}

std::string Dn::key() const {
  std::string text;
  for (const Rdn& rdn : rdns) {
    if (!text.empty()) text += ',';
    text += rdn.type + "=" + escape(rdn.key());
  }
  return text;
}

bool Dn::is_within(const Dn& ancestor) const {
  if (ancestor.rdns.size() > rdns.size()) return false;
  const auto same = [](const Rdn& ours, const Rdn& theirs) {
    return ours.type == theirs.type && ours.key() == theirs.key();
  };
  return std::equal(ancestor.rdns.rbegin(), ancestor.rdns.rend(), rdns.rbegin(), same);
}

}  // namespace ringspan::sites
