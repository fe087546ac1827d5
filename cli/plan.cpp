#include "kcc/plan.hpp"

#include <ostream>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "kcc/analyse.hpp"
#include "kcc/certificate_report.hpp"
#include "kcc/certify.hpp"
#include "kcc/draw.hpp"
#include "kcc/report.hpp"
#include "kcc/topology_json.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::cli {
namespace {

std::string ended(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

ExitCode run(const Arguments& given, World& world) {
  if (given.has("--json") && given.has("--dot")) {
    return complain(world, ExitCode::usage, "--dot: not together with --json; choose one");
  }
  const auto file = given.text("FILE");
  const auto text = read_file(file);
  if (!text) return complain(world, text.error());
  const auto forest = sites::read_forest(*text, file);
  if (!forest) return complain(world, file, forest.error());
  const auto topology = kcc::plan(*forest);
  if (given.has("--dot")) {
    world.out << ended(kcc::draw(*forest, topology));
  } else {
    const auto analysis = kcc::analyse(*forest, topology);
    const auto certificate = kcc::certify(*forest, topology);
    if (given.has("--json")) {
      world.out << ended(kcc::topology_json(*forest, topology, analysis, &certificate));
    } else {
      world.out << ended(kcc::report(*forest, topology, analysis)) << '\n'
                << kcc::certificate_report(*forest, certificate, given.number("--writes", 1000));
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
          "machine, and it is the one that the controllers of that forest use. Below it stands "
          "what it is worth: every loss of one controller, link or site is tried, and what would "
          "cut someone off is named with its remedy.",
      .arguments = {{.name = "FILE",
                     .value = {},
                     .help = "The forest definition",
                     .required = true,
                     .completes = Completes::file}},
      .options = {{.name = "--writes",
                   .value = "N",
                   .help = "Changes an hour, for the traffic on the links (1000)",
                   .form = Form::number},
                  {.name = "--dot", .value = {}, .help = "A drawing for Graphviz"},
                  json_option()},
      .examples = {{"ringspan plan samples/three-sites.json", "The topology in words"},
                   {"ringspan plan forest.json --dot | dot -Tsvg >forest.svg", "A picture"},
                   {"ringspan plan forest.json --json", "For a script"}},
      .endings = {{ExitCode::well, "Every replica is reached"},
                  {ExitCode::not_well,
                   "No path joins some replicas, or the file has faults; each is named"},
                  {ExitCode::usage, "The command line itself is wrong"}},
      .run = run};
}

}  // namespace ringspan::cli
