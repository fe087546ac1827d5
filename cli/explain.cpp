#include "kcc/explain.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/forest_file.hpp"
#include "cli/text_explain.hpp"
#include "kcc/explanation_json.hpp"
#include "sites/nearest.hpp"

namespace ringspan::cli {
namespace {

/// Notes what is wrong with the name.
const sites::Controller* find(const sites::Forest& forest, const std::string& name,
                              std::vector<std::string>& faults) {
  const auto* found = sites::find_controller(forest, name);
  if (found != nullptr) return found;
  std::vector<std::string> names;
  for (const auto& controller : forest.controllers)
    names.push_back(controller.name);
  faults.push_back(sites::no_such_name("controller", name, names, "ringspan plan FILE lists them"));
  return nullptr;
}

ExitCode run(const Arguments& given, World& world) {
  auto read = read_forest_file(given, world, given.text("FILE"));
  if (!read) return read.error();
  std::vector<std::string> faults;
  const auto* one = find(read->forest, given.text("A"), faults);
  const auto* other = find(read->forest, given.text("B"), faults);
  if (one != nullptr && one == other) faults.push_back(one->name + ": twice; name two controllers");
  if (!faults.empty()) return complain(world, ExitCode::not_well, faults);
  const auto [a, b] = std::pair(one->id, other->id);
  const kcc::Planned planned = kcc::planned(std::move(read->forest));
  const auto there = kcc::explain(planned, a, b);
  const auto back = kcc::explain(planned, b, a);
  if (given.has("--json")) {
    nlohmann::ordered_json both{
        {"directions",
         {explanation_json(planned.forest, there), explanation_json(planned.forest, back)}}};
    world.out << both.dump(2) << "\n";
  } else {
    world.out << explanation_text(planned.forest, there, world.style) << "\n"
              << explanation_text(planned.forest, back, world.style);
  }
  return ExitCode::well;
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .group = {},
          .summary = "Why one controller pulls from another, or does not",
          .description =
              "Both directions. Of a connection: the rule that made it, its path and cost, the "
              "runner-up and its price, and who is cut off without it. Of none: how changes come "
              "all the same.",
          .arguments = {{.name = "FILE",
                         .value = {},
                         .help = "The forest: forest.json, LDIF or GraphML",
                         .required = true,
                         .completes = Completes::file},
                        {.name = "A", .value = {}, .help = "A controller", .required = true},
                        {.name = "B", .value = {}, .help = "Another one", .required = true}},
          .options = reading_maps({json_option()}),
          .examples = {{"ringspan explain samples/three-sites.json nuuk-1 oslo-1",
                        "Why this connection?"},
                       {"ringspan explain forest.json nuuk-1 rome-1 --json", "For a script"}},
          .endings = {{ExitCode::well, "It was explained"},
                      {ExitCode::not_well, "No such controller, or the file has faults"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
