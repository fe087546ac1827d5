#include "sites/read_any.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sites/read_forest.hpp"
#include "sites/unicode.hpp"

namespace ringspan::sites {
namespace {

using Read = tl::expected<AnyForest, std::vector<Fault>>;

Read json_forest(std::string_view bytes, std::string file_name) {
  // JSON is UTF-8 (RFC 8259); what else an editor has written is turned into it, if it can be.
  const auto text = text_in_utf8(bytes);
  auto read = read_forest(text ? std::string_view(*text) : bytes, std::move(file_name));
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
  switch (bytes[first]) {
    case '<':
      return ForestFormat::graphml;
    case '{':
    case '[':
      return ForestFormat::json;
    default:
      return ForestFormat::ldif;
  }
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
      return AnyForest{ForestFormat::graphml, std::move(read->forest), std::move(read->findings),
                       {}};
    }
  }
  return tl::unexpected(std::vector<Fault>{});
}

}  // namespace ringspan::sites
