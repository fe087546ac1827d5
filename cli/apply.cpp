#include <nlohmann/json.hpp>
#include <string>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/definition_change.hpp"
#include "cli/forest_file.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// Says what is wrong with the words given together; empty: nothing.
std::string contradiction(const Arguments& given) {
  const int meant =
      (given.has("FILE") ? 1 : 0) + (given.has("--undo") ? 1 : 0) + (given.has("--to") ? 1 : 0);
  if (meant != 1) return "which definition: say FILE, --undo or --to DEFINITION, one of them";
  return contradiction_in_manner(given);
}

ExitCode run(const Arguments& given, World& world) {
  const auto wrong = contradiction(given);
  if (!wrong.empty()) return complain(world, ExitCode::usage, wrong);
  json request{{"ask", "apply"}};
  if (given.has("FILE")) {
    const auto file = given.text("FILE");
    const auto read = read_forest_file(given, world, file);
    if (!read) return read.error();
    request["forest"] = read->json;
  } else if (given.has("--to")) {
    request["definition"] = given.text("--to");
  } else {
    request["undo"] = true;
  }
  return change_definition(given, world, place_of(given, world), std::move(request));
}

}  // namespace

Command apply_command() {
  return {
      .name = "apply",
      .group = {},
      .summary = "Change the forest definition: show the difference, ask, write",
      .description =
          "Shows what changes in the definition, in connections, hops and cost, and who would be "
          "cut off, then asks. It is written at one controller as a whole; all follow. Members "
          "that would be cut off (removed, or on no path any more) make it refuse without "
          "--force. If somebody else applies meanwhile nothing is written. A part is known by "
          "its name, so another name makes another part, unless it bears the former's \"guid\". "
          "An exported definition changes nothing.",
      .arguments = {{.name = "FILE",
                     .value = {},
                     .help = "The whole definition, such as `ringspan export` writes; also LDIF or "
                             "GraphML",
                     .completes = Completes::file}},
      .options = changing({{.name = "--undo",
                            .value = {},
                            .help = "Instead of FILE: the definition before the present one"},
                           {.name = "--to",
                            .value = "DEFINITION",
                            .help = "Instead of FILE: one that `ringspan history` lists"}}),
      .examples = {{"ringspan export forest.json && $EDITOR forest.json && ringspan apply "
                    "forest.json",
                    "Change a cost, see what that does, write it"},
                   {"ringspan apply forest.json --preview --json", "The difference, for a script"},
                   {"ringspan apply --undo --yes", "Back to the definition before"},
                   {"ringspan apply --to 3f2a90c1", "Back to this one"}},
      .endings = endings_of_change(),
      .run = run};
}

}  // namespace ringspan::cli
