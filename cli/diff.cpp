#include "cli/commands.hpp"
#include "cli/difference.hpp"
#include "cli/forest_file.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  const auto before = read_forest_file(given, world, given.text("BEFORE"));
  const auto after = read_forest_file(given, world, given.text("AFTER"));
  if (!before) return before.error();
  if (!after) return after.error();
  return show_difference(before->forest, after->forest, given, world);
}

}  // namespace

Command diff_command() {
  return {.name = "diff",
          .group = {},
          .summary = "Two forest definitions and their plans side by side",
          .description =
              "Needs no controller. Shows what changes in the definition, in connections, hops and "
              "cost, and who would be cut off. A part is known by its name, or by its \"guid\".",
          .arguments = {{.name = "BEFORE",
                         .value = {},
                         .help = "A forest: forest.json, LDIF or GraphML",
                         .required = true,
                         .completes = Completes::file},
                        {.name = "AFTER",
                         .value = {},
                         .help = "The one that is to take its place",
                         .required = true,
                         .completes = Completes::file}},
          .options = reading_maps({json_option()}),
          .examples = {{"ringspan diff samples/two-sites.json samples/three-sites.json",
                        "What a third site would bring"},
                       {"ringspan export now.json && ringspan diff now.json forest.json",
                        "What runs against what was written"}},
          .endings = {{ExitCode::well, "Everyone whom AFTER keeps is reached as before"},
                      {ExitCode::not_well,
                       "Somebody would be cut off, or a file has faults; each is named"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
