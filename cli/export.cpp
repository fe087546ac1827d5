#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::cli {
namespace {

nlohmann::json request_of(const Arguments& given) {
  nlohmann::json request{{"ask", given.has("--objects") ? "dump" : "export"}};
  if (given.has("--naming-context")) request["naming_context"] = given.text("--naming-context");
  return request;
}

/// The forest definition as `init` and `plan` take it and an editor shows it; anything else, or
/// with
/// --json, as it came.
std::string text_of(const Arguments& given, const std::string& answer) {
  if (!given.has("--objects") && !given.has("--json")) {
    if (const auto forest = sites::read_forest(answer, "forest.json")) {
      return sites::write_forest(*forest);
    }
  }
  return pretty(answer);
}

ExitCode run(const Arguments& given, World& world) {
  if (given.has("--naming-context") && !given.has("--objects")) {
    return complain(world, ExitCode::usage,
                    "--naming-context: the forest definition is one whole; add --objects");
  }
  const auto came = world.ask(place_of(given, world, kLongPatience), request_of(given).dump());
  if (!came) return complain(world, {base::Errc::unavailable, came.error().message});
  if (const auto answer = read_answer(*came); !answer) {
    if (given.has("--json")) world.out << error_json(answer.error());
    return complain(world, answer.error());
  }
  if (!given.has("FILE")) {
    world.out << text_of(given, *came);
    return ExitCode::well;
  }
  const auto written = write_file(given.text("FILE"), text_of(given, *came));
  return written ? ExitCode::well : complain(world, written.error());
}

}  // namespace

Command export_command() {
  return {
      .name = "export",
      .group = {},
      .summary = "Write the forest definition, or the objects, as JSON",
      .description =
          "Without FILE on standard output. The objects come in one canonical "
          "order with their stamps, deleted ones too: equal replicas give equal "
          "text, but for the controller's name in the first lines.",
      .arguments = {{.name = "FILE",
                     .value = {},
                     .help = "Where to; an old file is replaced as a whole",
                     .completes = Completes::file}},
      .options = asking(
          {{.name = "--objects",
            .value = {},
            .help = "The objects instead of the forest definition"},
           {.name = "--naming-context", .value = "DN", .help = "Only the objects of this one"}}),
      .examples = {{"ringspan export forest.json", "What `ringspan init` and `plan` read"},
                   {"ringspan export --objects --at nuuk-1 nuuk.json", "All that nuuk-1 holds"},
                   {"ringspan export --objects --naming-context dc=corp,dc=example",
                    "One naming context"}},
      .run = run};
}

}  // namespace ringspan::cli
