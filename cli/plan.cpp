#include "kcc/plan.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
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

/// What the options say beside the file's own policy. nullopt: they do not go together.
std::optional<sites::Policy> policy_of(const Arguments& given, sites::Policy policy, World& world) {
  using enum sites::TopologyPolicy;
  if (given.has("--policy")) {
    policy.topology = given.text("--policy") == "bounded" ? bounded : active_directory;
  }
  const std::uint64_t hops = given.number("--max-hops", policy.max_hops);
  const std::uint64_t redundancy = given.number("--redundancy", policy.redundancy);
  std::string fault;
  if (policy.topology == active_directory && given.has("--max-hops")) {
    fault = "--max-hops: the policy active_directory knows no bound; leave it out";
  } else if (policy.topology == active_directory && given.has("--redundancy")) {
    fault = "--redundancy: the policy active_directory knows no second path; leave it out";
  } else if (hops < 2 || hops > 255) {
    fault = fmt::format("--max-hops: {} is not within 2 to 255", hops);
  } else if (redundancy < 1 || redundancy > 2) {
    fault = fmt::format("--redundancy: {} is neither 1, a tree, nor 2, which survives any one loss",
                        redundancy);
  }
  if (!fault.empty()) {
    complain(world, ExitCode::usage, fault);
    return std::nullopt;
  }
  policy.max_hops = static_cast<std::uint32_t>(hops);
  policy.redundancy = static_cast<std::uint32_t>(redundancy);
  return policy;
}

kcc::WriteRate rate_of(const Arguments& given) {
  kcc::WriteRate rate;
  rate.changes = given.number("--writes", rate.changes);
  rate.bytes = given.number("--change-bytes", rate.bytes);
  return rate;
}

ExitCode run(const Arguments& given, World& world) {
  if (!is_one_form(given, world)) return ExitCode::usage;
  const auto file = given.text("FILE");
  auto read = read_forest_file(given, world, file);
  if (!read) return read.error();
  sites::Forest& forest = read->forest;
  const auto policy = policy_of(given, forest.policy, world);
  if (!policy) return ExitCode::usage;
  forest.policy = *policy;
  if (given.has("--compare")) return compare(*read, given, world);
  const auto topology = kcc::plan(forest);
  const auto analysis = kcc::analyse(forest, topology);
  if (const auto text = in_form(given, forest, topology)) {
    world.out << ended(*text);
  } else {
    const auto certificate = kcc::certify(forest, topology);
    if (given.has("--json")) {
      world.out << ended(kcc::topology_json(forest, topology, analysis, &certificate));
    } else {
      world.out << ended(kcc::report(forest, topology, analysis)) << '\n'
                << kcc::certificate_report(forest, certificate, rate_of(given));
    }
  }
  return analysis.unreached() == 0 ? ExitCode::well : ExitCode::not_well;
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
                    {.name = "--change-bytes",
                     .value = "N",
                     .help = "What one of them takes as it travels, compressed (200)",
                     .form = Form::number},
                    {.name = "--max-hops",
                     .value = "N",
                     .help = "Between any two controllers, instead of the file's bound (8)",
                     .form = Form::number},
                    {.name = "--redundancy",
                     .value = "N",
                     .help = "1: a tree; 2: standbys, so that any one loss is survived (2)",
                     .form = Form::number},
                    {.name = "--policy",
                     .value = "POLICY",
                     .help = "active_directory: the tree of the published algorithm, without "
                             "bound or standbys",
                     .completes = Completes::choice,
                     .choices = {"bounded", "active_directory"}},
                    {.name = "--compare",
                     .value = {},
                     .help = "The connections that stand in an LDIF export, beside ours"}})),
      .examples = {{"ringspan plan samples/three-sites.json", "The topology in words"},
                   {"ringspan plan samples/ad/branch-offices.ldif", "Of a directory's export"},
                   {"ringspan plan samples/ad/branch-offices.ldif --compare",
                    "What stands there, beside ours"},
                   {"ringspan plan samples/wan/zoo-Geant2012.graphml --controllers-per-site 3",
                    "Of a network's map"},
                   {"ringspan plan forest.json --max-hops 4", "What a tighter bound costs"},
                   {"ringspan plan forest.json --dot | dot -Tsvg >forest.svg", "A picture"},
                   {"ringspan convert forest.json all.ldif --everything && "
                    "ringspan plan forest.json --ldif >>all.ldif",
                    "The forest and its connections as a directory holds them"},
                   {"ringspan plan forest.json --csv >connections.csv", "A row a connection"},
                   {"ringspan plan forest.json --json", "For a script"}},
      .endings =
          {{ExitCode::well, "Every replica is reached"},
           {ExitCode::not_well,
            "Some replicas never hear some others, or the file has faults or is too large; each "
            "is named"},
           {ExitCode::usage, "The command line itself is wrong"}},
      .run = run};
}

}  // namespace ringspan::cli
