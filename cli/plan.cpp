#include "kcc/plan.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/forest_file.hpp"
#include "cli/plan_form.hpp"
#include "kcc/analyse.hpp"
#include "kcc/certificate_report.hpp"
#include "kcc/certify.hpp"
#include "kcc/compare_standing.hpp"
#include "kcc/report.hpp"
#include "kcc/topology_json.hpp"

namespace ringspan::cli {
namespace {

std::string ended(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

ExitCode compare(const ForestFile& read, const Arguments& given, World& world) {
  if (read.format != sites::ForestFormat::ldif) {
    return complain(world, ExitCode::usage,
                    fmt::format("--compare: {} is {}; only an export of a directory in LDIF has "
                                "connections of its own",
                                given.text("FILE"), to_string(read.format)));
  }
  const auto compared = kcc::compare_standing(read.forest, read.connections);
  world.out << ended(given.has("--json") ? kcc::standing_json(compared).dump(2)
                                         : kcc::standing_report(compared));
  return compared.ours.topology.islands.empty() ? ExitCode::well : ExitCode::not_well;
}

ExitCode run(const Arguments& given, World& world) {
  if (!is_one_form(given, world)) return ExitCode::usage;
  const auto file = given.text("FILE");
  const auto read = read_forest_file(given, world, file);
  if (!read) return read.error();
  const sites::Forest& forest = read->forest;
  if (too_large_to_plan(forest, file, world)) return ExitCode::not_well;
  if (given.has("--compare")) return compare(*read, given, world);
  const auto topology = kcc::plan(forest);
  if (const auto text = in_form(given, forest, topology)) {
    world.out << ended(*text);
  } else {
    const auto analysis = kcc::analyse(forest, topology);
    const auto certificate = kcc::certify(forest, topology);
    if (given.has("--json")) {
      world.out << ended(kcc::topology_json(forest, topology, analysis, &certificate));
    } else {
      world.out << ended(kcc::report(forest, topology, analysis)) << '\n'
                << kcc::certificate_report(forest, certificate, given.number("--writes", 1000));
    }
  }
  return topology.islands.empty() ? ExitCode::well : ExitCode::not_well;
}

}  // namespace

Command plan_command() {
  return {
      .name = "plan",
      .group = {},
      .summary = "Who should pull from whom, from a forest definition alone",
      .description =
          "Needs no controller. The same file gives the same topology on every "
          "machine, and it is the one that the controllers of that forest use. FILE is a "
          "forest.json, an LDIF export of a directory's CN=Configuration (ldifde, ldapsearch, "
          "ldbsearch), or a map of a network in GraphML; the content tells which. Below the plan "
          "stands what it is worth: every loss of one controller, link or site is tried, and "
          "what would cut someone off is named with its remedy.",
      .arguments = {{.name = "FILE",
                     .value = {},
                     .help = "The forest: forest.json, LDIF or GraphML",
                     .required = true,
                     .completes = Completes::file}},
      .options = reading_maps(
          in_forms({{.name = "--writes",
                     .value = "N",
                     .help = "Changes an hour, for the traffic on the links (1000)",
                     .form = Form::number},
                    {.name = "--compare",
                     .value = {},
                     .help = "The connections that stand in an LDIF export, beside ours"}})),
      .examples = {{"ringspan plan samples/three-sites.json", "The topology in words"},
                   {"ringspan plan samples/ad/branch-offices.ldif", "Of a directory's export"},
                   {"ringspan plan samples/ad/branch-offices.ldif --compare",
                    "What stands there, beside ours"},
                   {"ringspan plan samples/wan/zoo-Geant2012.graphml --controllers-per-site 3",
                    "Of a network's map"},
                   {"ringspan plan forest.json --dot | dot -Tsvg >forest.svg", "A picture"},
                   {"ringspan convert forest.json all.ldif --everything && "
                    "ringspan plan forest.json --ldif >>all.ldif",
                    "The forest and its connections as a directory holds them"},
                   {"ringspan plan forest.json --csv >connections.csv", "A row a connection"},
                   {"ringspan plan forest.json --json", "For a script"}},
      .endings = {{ExitCode::well, "Every replica is reached"},
                  {ExitCode::not_well,
                   "No path joins some replicas, or the file has faults or is too large; each "
                   "is named"},
                  {ExitCode::usage, "The command line itself is wrong"}},
      .run = run};
}

}  // namespace ringspan::cli
