#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "cli/forest_file.hpp"
#include "replicator/net/data_folder.hpp"
#include "sites/nearest.hpp"

namespace ringspan::cli {
namespace {

using replicator::net::Created;
using replicator::net::FirstController;

std::string no_such_controller(const std::string& name, const std::string& file,
                               const sites::Forest& forest) {
  std::vector<std::string> names;
  for (const auto& controller : forest.controllers)
    names.push_back(controller.name);
  const auto meant = sites::nearest(name, names);
  return fmt::format("{}: no such controller in {}; {}", name, file,
                     meant ? "did you mean " + *meant + "?" : "add it there first");
}

ExitCode tell(const Arguments& given, World& world, const std::string& forest,
              const Created& made) {
  const auto data = given.text("--data");
  if (given.has("--json")) {
    const nlohmann::ordered_json json{{"forest", forest},
                                      {"controller", made.controller},
                                      {"data", data},
                                      {"listen", made.listen},
                                      {"objects", made.objects},
                                      {"authority_sha256", made.fingerprint}};
    world.out << json.dump(2) << "\n";
    return ExitCode::well;
  }
  world.out << fmt::format(
      "{} is the first controller of {}: {}, at {}.\n"
      "The forest's authority and the operator's key lie in {}/tls; keep a copy.\n"
      "Start it with\n  ringspan serve --data {}\n",
      made.controller, forest, counted(made.objects, "object"), made.listen, data,
      shell_word(data));
  return ExitCode::well;
}

ExitCode run(const Arguments& given, World& world) {
  const auto file = given.text("FILE");
  const auto read = read_forest_file(given, world, file);
  if (!read) return read.error();
  const sites::Forest& forest = read->forest;
  const auto name = given.text("--controller");
  if (sites::find_controller(forest, name) == nullptr) {
    return complain(world, ExitCode::not_well, no_such_controller(name, file, forest));
  }
  FirstController first{forest, name, given.text("--listen"), std::nullopt,
                        given.text("--objects")};
  if (given.has("--objects")) {
    auto objects = read_file(first.objects_file);
    if (!objects) return complain(world, objects.error());
    first.objects = std::move(*objects);
  }
  const auto made = replicator::net::create_forest_folder(given.text("--data"), first, world.now());
  if (!made) return complain(world, made.error());
  return tell(given, world, forest.name, *made);
}

}  // namespace

Command init_command() {
  return {
      .name = "init",
      .group = {},
      .summary = "Make a forest: its authority, its first controller, its operator",
      .description =
          "Reads the forest definition, makes the certificate authority and the "
          "folder of the first controller, which holds all roles. Other "
          "controllers join with a token: see `ringspan invite --help`.",
      .arguments = {{.name = "FILE",
                     .value = {},
                     .help = "The forest: forest.json such as samples/three-sites.json, LDIF or "
                             "GraphML",
                     .required = true,
                     .completes = Completes::file}},
      .options =
          reading_maps({{.name = "--controller",
                         .value = "NAME",
                         .help = "Which of the forest's controllers is the first",
                         .required = true},
                        {.name = "--data",
                         .value = "DIR",
                         .help = "Its folder, which must not exist yet",
                         .required = true,
                         .completes = Completes::folder},
                        {.name = "--objects",
                         .value = "FILE",
                         .help = "Objects to begin with: a JSON list of {\"dn\", \"attributes\"}",
                         .completes = Completes::file},
                        {.name = "--listen",
                         .value = "HOST:PORT",
                         .help = "Where it serves, if not where the forest definition says"},
                        json_option()}),
      .examples = {{"ringspan init samples/three-sites.json --controller oslo-1 --data "
                    "state/oslo-1",
                    "An empty directory"},
                   {"ringspan init forest.json --controller oslo-1 --data state/oslo-1 "
                    "--objects samples/objects/people.json",
                    "One with people in it"}},
      .run = run};
}

}  // namespace ringspan::cli
