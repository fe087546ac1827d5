#include "kcc/draw.hpp"

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include <fmt/core.h>

#include "kcc/names.hpp"

namespace ringspan::kcc {
namespace {

/// A text as Graphviz quotes it.
std::string quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string draw_sites(const sites::Forest& forest, const Names& names) {
  std::map<std::string, std::set<std::string>> controllers_at;
  for (const auto& site : forest.sites)
    controllers_at[site.name];
  for (const auto& controller : forest.controllers) {
    controllers_at[names.site(controller.site)].insert(controller.name);
  }
  std::string text;
  std::size_t number = 0;
  for (const auto& [site, controllers] : controllers_at) {
    text += fmt::format("  subgraph cluster_{} {{\n    label={};\n", number++, quoted(site));
    for (const auto& controller : controllers)
      text += fmt::format("    {};\n", quoted(controller));
    text += "  }\n";
  }
  return text;
}

}  // namespace

std::string draw(const sites::Forest& forest, const Topology& topology) {
  const Names names(forest);
  using Ends = std::tuple<std::string, std::string, bool>;
  std::map<Ends, const Connection*> arrows;
  for (const Connection& connection : topology.connections) {
    arrows[{names.controller(connection.source), names.controller(connection.destination),
            connection.standby}] = &connection;
  }
  std::string text = fmt::format("digraph {} {{\n  node [shape=ellipse];\n", quoted(forest.name));
  text += draw_sites(forest, names);
  for (const auto& [ends, connection] : arrows) {
    const auto& [source, destination, standby] = ends;
    const bool two_way = arrows.contains({destination, source, standby});
    if (two_way && destination < source) continue;  // drawn from its other end
    std::vector<std::string> looks;
    if (two_way) looks.emplace_back("dir=both");
    if (standby) looks.emplace_back("style=dashed");
    if (connection->rule != Rule::ring) {
      looks.push_back(fmt::format("label=\"{}\"", connection->cost.value));
    }
    std::string look;
    for (const auto& one : looks)
      look += (look.empty() ? "" : ", ") + one;
    text += fmt::format("  {} -> {}{};\n", quoted(source), quoted(destination),
                        look.empty() ? "" : " [" + look + "]");
  }
  return text + "}\n";
}

}  // namespace ringspan::kcc
