#include "sites/read_any.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "sites/notes.hpp"
#include "sites/read_forest.hpp"
#include "sites/unicode.hpp"

namespace ringspan::sites {
namespace {

using Read = tl::expected<AnyForest, std::vector<Fault>>;

/// Of an attribute's name; in UTF-16 every other byte is zero.
bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '\0';
}

Read json_forest(std::string_view bytes, std::string file_name) {
  // JSON is UTF-8 (RFC 8259); an editor may have written UTF-16 nevertheless.
  const auto text = text_in_utf8(bytes);
  if (!text) {
    Notes faults(std::move(file_name));
    faults.add(1, "the file", text.error());
    return tl::unexpected(faults.sorted());
  }
  auto read = read_forest(*text, std::move(file_name));
  if (!read) return tl::unexpected(std::move(read.error()));
  return AnyForest{ForestFormat::json, *std::move(read), {}, {}};
}

}  // namespace

std::string_view to_string(ForestFormat format) {
  constexpr std::array<std::string_view, 3> words{"forest.json", "LDIF", "GraphML"};
  return words[static_cast<std::size_t>(format)];
}

ForestFormat format_of(std::string_view bytes) {
  constexpr std::string_view skipped("\xef\xbb\xbf\xff\xfe \t\r\n\0", 10);
  const auto first = bytes.find_first_not_of(skipped);
  if (first == std::string_view::npos) return ForestFormat::json;
  if (bytes[first] == '<') return ForestFormat::graphml;
  if (bytes[first] == '#') return ForestFormat::ldif;
  bytes.remove_prefix(first);
  const auto word = std::ranges::find_if_not(bytes, is_of_word);
  const bool labelled = word != bytes.begin() && word != bytes.end() && *word == ':';
  return labelled ? ForestFormat::ldif : ForestFormat::json;
}

Read read_any(std::string_view bytes, std::string file_name, const GraphmlOptions& graphml) {
  switch (format_of(bytes)) {
    case ForestFormat::json:
      return json_forest(bytes, std::move(file_name));
    case ForestFormat::ldif: {
      auto read = read_ldif_forest(bytes, std::move(file_name));
      if (!read) return tl::unexpected(std::move(read.error()));
      return AnyForest{ForestFormat::ldif, std::move(read->forest), std::move(read->findings),
                       std::move(read->connections)};
    }
    case ForestFormat::graphml: {
      auto read = read_graphml(bytes, std::move(file_name), graphml);
      if (!read) return tl::unexpected(std::move(read.error()));
      return AnyForest{
          ForestFormat::graphml, std::move(read->forest), std::move(read->findings), {}};
    }
  }
  return tl::unexpected(std::vector<Fault>{});
}

}  // namespace ringspan::sites
