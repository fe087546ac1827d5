#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "cli/forest_file.hpp"
#include "sites/write_forest.hpp"
#include "sites/write_ldif.hpp"

namespace ringspan::cli {
namespace {

using sites::ForestFormat;
using sites::LdifContent;

/// By the file's ending; GraphML is only read.
std::optional<ForestFormat> format_of_name(const std::string& file) {
  if (file.ends_with(".json")) return ForestFormat::json;
  if (file.ends_with(".ldif") || file.ends_with(".ldf")) return ForestFormat::ldif;
  return std::nullopt;
}

struct Conversion {
  ForestFormat format = ForestFormat::json;
  std::string text;
  std::size_t controllers = 0;  ///< In the new file.
  std::vector<std::string> lost;
};

Conversion convert(const ForestFile& read, ForestFormat to, LdifContent content) {
  const std::size_t all = read.forest.controllers.size();
  if (to == ForestFormat::json) return {to, read.json, all, {}};
  return {to, sites::write_ldif(read.forest, content), content == LdifContent::everything ? all : 0,
          sites::losses_in_ldif(read.forest, content)};
}

ExitCode tell(const Arguments& given, World& world, const ForestFile& read,
              const Conversion& made) {
  const auto file = given.text("TO");
  if (given.has("--json")) {
    const nlohmann::ordered_json json{{"from", to_string(read.format)},
                                      {"to", to_string(made.format)},
                                      {"file", file},
                                      {"sites", read.forest.sites.size()},
                                      {"links", read.forest.links.size()},
                                      {"controllers", made.controllers},
                                      {"findings", read.findings.size()},
                                      {"lost", made.lost}};
    world.out << json.dump(2) << "\n";
    return ExitCode::well;
  }
  world.out << fmt::format("{} ({}): {}, {}, {}\n", file, to_string(made.format),
                           counted(read.forest.sites.size(), "site"),
                           counted(read.forest.links.size(), "site link"),
                           counted(made.controllers, "controller"));
  for (const std::string& what : made.lost)
    world.err << "ringspan: not in " << to_string(made.format) << ": " << what << "\n";
  return ExitCode::well;
}

ExitCode run(const Arguments& given, World& world) {
  const auto file = given.text("TO");
  const auto to = format_of_name(file);
  if (!to) {
    return complain(world, ExitCode::usage,
                    fmt::format("{}: its ending says no format that can be written; end it with "
                                ".json or .ldif",
                                file));
  }
  const auto read = read_forest_file(given, world, given.text("FROM"));
  if (!read) return read.error();
  const auto content = given.has("--everything") ? LdifContent::everything : LdifContent::places;
  const Conversion made = convert(*read, *to, content);
  if (auto written = write_file(file, made.text); !written) {
    return complain(world, written.error());
  }
  return tell(given, world, *read, made);
}

}  // namespace

Command convert_command() {
  return {
      .name = "convert",
      .group = {},
      .summary = "Turn a forest into another format: forest.json, LDIF; GraphML in",
      .description =
          "LDIF holds sites, their settings, subnets, site links and bridges, which ldifde or "
          "ldbadd can create in a directory; with --everything controllers, naming contexts and "
          "connections too, which only tools that read exports understand: read again, it is the "
          "same forest with the same GUIDs. What a file does not hold is named on standard error.",
      .arguments = {{.name = "FROM",
                     .value = {},
                     .help = "The forest: forest.json, LDIF or GraphML",
                     .required = true,
                     .completes = Completes::file},
                    {.name = "TO",
                     .value = {},
                     .help = "The file to write; its ending, .json or .ldif, says the format",
                     .required = true,
                     .completes = Completes::file}},
      .options = reading_maps({{.name = "--everything",
                                .value = {},
                                .help = "In LDIF also controllers, naming contexts, connections"},
                               json_option()}),
      .examples = {{"ringspan convert corp.ldif forest.json", "A directory's export, to be edited"},
                   {"ringspan convert forest.json sites.ldif && ldifde -i -f sites.ldif",
                    "Create the sites, links and subnets in a directory"},
                   {"ringspan convert samples/wan/zoo-Abilene.graphml abilene.json --cost-from "
                    "distance",
                    "A network's map"}},
      .endings = {{ExitCode::well, "Written"},
                  {ExitCode::not_well, "A file could not be read or written, or has faults"},
                  {ExitCode::usage, "The command line itself is wrong"}},
      .run = run};
}

}  // namespace ringspan::cli
