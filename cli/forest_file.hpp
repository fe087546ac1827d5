#pragma once

// A command's FILE that is a forest: forest.json, an export of a directory in LDIF, or the map of a
// network in GraphML, told apart by the content.
//
//     const auto read = read_forest_file(given, world, given.text("FILE"));
//     if (!read) return read.error();          // everything has been said
//     use(read->forest);

#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/world.hpp"
#include "sites/read_any.hpp"

namespace ringspan::cli {

struct ForestFile : sites::AnyForest {
  std::string json;  ///< As forest.json, in UTF-8; the file's own text if it is one.
};

/// Faults are told on standard error and end the command; so are findings, which end nothing.
tl::expected<ForestFile, ExitCode> read_forest_file(const Arguments& given, World& world,
                                                    const std::string& file);

struct OpenedFile {
  std::string text;
  tl::expected<sites::AnyForest, std::vector<sites::Fault>> forest;
};

/// For who tells faults and findings its own way; all else that is wrong has been said.
tl::expected<OpenedFile, ExitCode> open_forest_file(const Arguments& given, World& world,
                                                    const std::string& file);

/// --controllers-per-site and --cost-from, followed by `options`.
std::vector<Parameter> reading_maps(std::vector<Parameter> options);

}  // namespace ringspan::cli
