#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/difference.hpp"
#include "cli/files.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  const auto first = given.text("BEFORE");
  const auto second = given.text("AFTER");
  const auto first_text = read_file(first);
  if (!first_text) return complain(world, first_text.error());
  const auto second_text = read_file(second);
  if (!second_text) return complain(world, second_text.error());
  const auto before = sites::read_forest(*first_text, first);
  const auto after = sites::read_forest(*second_text, second);
  if (!before) complain(world, first, before.error());
  if (!after) complain(world, second, after.error());
  if (!before || !after) return ExitCode::not_well;
  return show_difference(*before, *after, given, world);
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
                         .help = "A forest definition",
                         .required = true,
                         .completes = Completes::file},
                        {.name = "AFTER",
                         .value = {},
                         .help = "The one that is to take its place",
                         .required = true,
                         .completes = Completes::file}},
          .options = {json_option()},
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
