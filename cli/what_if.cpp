#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/difference.hpp"
#include "cli/forest_file.hpp"
#include "sites/paper_changes.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::cli {
namespace {

/// The forest that runs, as a controller defines it.
tl::expected<sites::Forest, ExitCode> live_forest(const Arguments& given, World& world) {
  const auto came = world.ask(place_of(given, world), nlohmann::json{{"ask", "export"}}.dump());
  if (!came) {
    return tl::unexpected(
        complain(world, base::Error{base::Errc::unavailable, came.error().message}));
  }
  if (const auto answer = read_answer(*came); !answer) {
    return tl::unexpected(complain(world, answer.error()));
  }
  auto forest = sites::read_forest(*came, "the running forest");
  if (!forest) return tl::unexpected(complain(world, "the running forest", forest.error()));
  return *std::move(forest);
}

tl::expected<sites::Forest, ExitCode> present_forest(const Arguments& given, World& world) {
  if (given.has("--live")) return live_forest(given, world);
  auto read = read_forest_file(given, world, given.text("FILE"));
  if (!read) return tl::unexpected(read.error());
  return std::move(read->forest);
}

ExitCode run(const Arguments& given, World& world) {
  if (given.has("--live") == given.has("FILE")) {
    return complain(world, ExitCode::usage,
                    given.has("FILE") ? "FILE: not together with --live; choose one"
                                      : "FILE: missing; write FILE, or --live for the forest that "
                                        "runs");
  }
  const auto forest = present_forest(given, world);
  if (!forest) return forest.error();
  const auto wanted =
      sites::change_on_paper(*forest, {given.texts("--without-controller"),
                                       given.texts("--without-link"), given.texts("--without-site"),
                                       given.texts("--add-link"), given.texts("--set-cost")});
  if (wanted) return show_difference(*forest, *wanted, given, world);
  std::vector<std::string> faults;
  for (const auto& fault : wanted.error())
    faults.push_back(fault.message);
  return complain(world, ExitCode::not_well, faults);
}

}  // namespace

Command what_if_command() {
  const auto edit = [](std::string name, std::string value, std::string help) {
    return Parameter{.name = std::move(name),
                     .value = std::move(value),
                     .help = std::move(help),
                     .repeated = true};
  };
  return {.name = "what-if",
          .group = {},
          .summary = "The plan as it would be with this or that changed, beside the present one",
          .description =
              "Changes nothing, and needs no controller but for --live. Each option may be given "
              "several times; "
              "costs are set first, then links added, then parts removed.",
          .arguments = {{.name = "FILE",
                         .value = {},
                         .help = "The forest: forest.json, LDIF or GraphML",
                         .completes = Completes::file}},
          .options = asking(reading_maps(
              {edit("--without-controller", "NAME", "Without this controller"),
               edit("--without-link", "NAME", "Without this site link"),
               edit("--without-site", "NAME", "Without this site and its controllers"),
               edit("--add-link", "SITE,SITE,COST", "With one more site link"),
               edit("--set-cost", "LINK=COST", "With this cost of a site link"),
               {.name = "--live", .value = {}, .help = "The forest that runs, instead of FILE"}})),
          .examples = {{"ringspan what-if samples/three-sites.json --without-link oslo-nuuk",
                        "Before the line is given up"},
                       {"ringspan what-if forest.json --add-link nuuk,rome,80 --set-cost "
                        "oslo-nuuk=50",
                        "Two changes at once"},
                       {"ringspan what-if --live --without-controller nuuk-1",
                        "May this machine be switched off?"}},
          .endings = {{ExitCode::well, "Everyone who is left is reached as before"},
                      {ExitCode::not_well,
                       "Somebody would be cut off, or what is named is not there; each is named"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
