#include "cli/plan_form.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "cli/complain.hpp"
#include "kcc/connections_csv.hpp"
#include "kcc/connections_graphml.hpp"
#include "kcc/connections_ldif.hpp"
#include "kcc/draw.hpp"

namespace ringspan::cli {
namespace {

struct TopologyForm {
  std::string_view option;
  std::string_view help;
  std::string (*write)(const sites::Forest&, const kcc::Topology&);
};

constexpr std::array<TopologyForm, 4> kForms{{
    {"--dot", "A drawing for Graphviz", kcc::draw},
    {"--graphml", "A graph for networkx, Gephi or yEd", kcc::connections_graphml},
    {"--csv", "A row a connection, for a spreadsheet", kcc::connections_csv},
    {"--ldif", "nTDSConnection objects, to stand behind `convert --everything`",
     kcc::connections_ldif},
}};

}  // namespace

std::vector<Parameter> in_forms(std::vector<Parameter> options) {
  for (const TopologyForm& form : kForms) {
    options.push_back(
        {.name = std::string(form.option), .value = {}, .help = std::string(form.help)});
  }
  options.push_back(json_option());
  return options;
}

bool is_one_form(const Arguments& given, World& world) {
  std::string_view first;
  if (given.has("--json")) first = "--json";
  if (given.has("--compare")) first = "--compare";  // has a form in JSON, and no other
  for (const TopologyForm& form : kForms) {
    if (!given.has(form.option)) continue;
    if (!first.empty()) {
      complain(world, ExitCode::usage,
               fmt::format("{}: not together with {}; choose one", form.option, first));
      return false;
    }
    first = form.option;
  }
  return true;
}

std::optional<std::string> in_form(const Arguments& given, const sites::Forest& forest,
                                   const kcc::Topology& topology) {
  for (const TopologyForm& form : kForms) {
    if (given.has(form.option)) return form.write(forest, topology);
  }
  return std::nullopt;
}

}  // namespace ringspan::cli
