#pragma once

// read_any: a forest in whichever form an administrator has it.
//
//     const auto read = sites::read_any(bytes, "corp.ldif");
//     if (!read) for (const Fault& fault : read.error()) print(to_string(fault));

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sites/fault.hpp"
#include "sites/forest.hpp"
#include "sites/read_graphml.hpp"
#include "sites/read_ldif_forest.hpp"

namespace ringspan::sites {

enum class ForestFormat { json, ldif, graphml };

/// "forest.json", "LDIF", "GraphML".
std::string_view to_string(ForestFormat format);

/// By the first line: XML begins with '<', LDIF with '#' or a word and a colon; everything else is
/// taken for forest.json. Blanks and a byte-order mark before it do not count; UTF-16 is
/// understood.
ForestFormat format_of(std::string_view bytes);

struct AnyForest {
  ForestFormat format = ForestFormat::json;
  Forest forest;  ///< Sound.
  std::vector<Fault> findings;
  std::vector<ExportedConnection> connections;  ///< Of LDIF alone.
};

/// `graphml` is for GraphML alone.
tl::expected<AnyForest, std::vector<Fault>> read_any(std::string_view bytes, std::string file_name,
                                                     const GraphmlOptions& graphml = {});

}  // namespace ringspan::sites
